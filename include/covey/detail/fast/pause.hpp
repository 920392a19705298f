// SPDX-License-Identifier: Apache-2.0
// A polite busy wait: the other thread of the core may go on.
// Gain: none that was measured here; the makers of the processors ask for it.
#pragma once

#include <covey/config.hpp>

namespace covey::detail {

inline void pause(int times) noexcept {
  for (int i = 0; i < times; ++i) {
#if defined(__x86_64__) && !COVEY_PORTABLE
    __builtin_ia32_pause();
#elif defined(__aarch64__) && !COVEY_PORTABLE
    asm volatile("isb");
#endif
  }
}

}  // namespace covey::detail
