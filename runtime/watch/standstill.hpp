// SPDX-License-Identifier: Apache-2.0
// The message for when children are queued, all threads sleep, and there are no more of them to be had.
#pragma once

#include <cstdint>

namespace covey::runtime {

class crew;

// By the tick, on the timer thread: after a second without a move it says on stderr which children sleep, once.
// @param no_thread: a thread was wanted at this tick, and none was to be had.
void look_for_standstill(crew& of, bool no_thread) noexcept;

// @returns how many such messages there were in this process. Any thread.
[[nodiscard]] std::uint64_t standstills() noexcept;

}  // namespace covey::runtime
