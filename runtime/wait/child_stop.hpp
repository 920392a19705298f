// SPDX-License-Identifier: Apache-2.0
// Stopping one child, wherever it is.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime {

// Asks one child to stop, whatever its state. Any thread.
void request_stop(frame* f) noexcept;

// Claims a child from the deque or common queue in which it is queued. Any thread. False: it is not queued.
[[nodiscard]] bool take_out(frame* f) noexcept;
// True in a forked process for a child that was spawned before the fork. @pre it has not finished
[[nodiscard]] bool is_left_behind(const frame* f) noexcept;

}  // namespace covey::runtime
