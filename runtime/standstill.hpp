// SPDX-License-Identifier: Apache-2.0
// The message for when children are queued, all threads sleep, and there are no more of them to be had.
#pragma once

#include <cstdint>

namespace covey::runtime {

class crew;

// Says on stderr which children sleep. On the timer thread.
// @param at_bound the pool has as many threads as it may have; otherwise the system refuses more.
void tell_standstill(crew& of, bool at_bound) noexcept;

// @returns how many such messages there were in this process. Any thread.
[[nodiscard]] std::uint64_t standstills() noexcept;

}  // namespace covey::runtime
