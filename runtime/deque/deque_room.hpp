// SPDX-License-Identifier: Apache-2.0
// Moves children within their deque, and sets the bounds at which its owner takes the slow path.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime::deque {

// Sets floor and ceiling from split and from the needs of the pool. By the owner. @pre the lock is held.
void settle_requests(record& me) noexcept;
// The same by somebody else. @pre the lock is held.
void settle_requests_of(record& other) noexcept;

// Owner, at `end`: moves the live children together; when they are many, raises `end`, or moves the oldest to the common
// queue. Afterwards half of the deque is free, so that a spawn costs the same however many there are.
// @returns false if it is full all the same: there was no memory for the common queue. @pre the lock is held.
[[nodiscard]] bool make_room(record& me) noexcept;

// Owner: moves children of `of` above those that lie on them, as many as it passes, so that to take them one after the
// other costs the same for each. @pre the lock is held.
void bring_up(record& me, const detail::scope* of) noexcept;

}  // namespace covey::runtime::deque
