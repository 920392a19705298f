// SPDX-License-Identifier: Apache-2.0
// What the system says about a thread of this process.
#pragma once

#include <cstdint>

namespace covey::runtime {

// Reads how long it has run on a processor, in ns. @returns false when there is no such thread. A fraction of a µs.
[[nodiscard]] bool cpu_time_of(std::uint32_t thread, std::uint64_t& ns) noexcept;

// @returns the letter of its state: 'S' or 'D': it sleeps, 'R': it runs, or waits for a processor. 0 where it cannot be
// told: no such thread, no /proc, no free file descriptor. Costs some 15 µs.
[[nodiscard]] char state_of(std::uint32_t thread) noexcept;

[[nodiscard]] constexpr bool is_asleep_in(char state) noexcept {
  return state == 'S' || state == 'D';
}
[[nodiscard]] inline bool is_asleep(std::uint32_t thread) noexcept {
  return is_asleep_in(state_of(thread));
}

}  // namespace covey::runtime
