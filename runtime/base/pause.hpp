// SPDX-License-Identifier: Apache-2.0
// A polite busy wait.
#pragma once

namespace covey::runtime {

inline void pause(int times) noexcept {
  for (int i = 0; i < times; ++i) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("isb");
#endif
  }
}

}  // namespace covey::runtime
