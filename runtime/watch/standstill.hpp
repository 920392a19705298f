// SPDX-License-Identifier: Apache-2.0
// The message of a pool whose children are queued while all its threads sleep and no further thread can be had.
#pragma once

#include <cstdint>

namespace covey::runtime {

class crew;

// By the tick, on the timer thread: after a second without progress it says on stderr which children sleep, once a pool.
// @param no_thread a thread was wanted at this tick, and none could be had
void check_standstill(crew& of, bool no_thread) noexcept;

// @returns how many such messages there were in this process. Any thread.
[[nodiscard]] std::uint64_t standstills() noexcept;

}  // namespace covey::runtime
