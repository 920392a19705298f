// SPDX-License-Identifier: Apache-2.0
// Waiting for one child.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/policy.hpp>

namespace covey::detail {

// Claims a child from the deque in which it is queued; not one that another thread than the scope's owner spawned.
COVEY_API bool claim(worker& me, frame* f) noexcept;
// Runs a claimed child in full: context, state, hand-over.
COVEY_API void run_claimed(worker& me, frame* f) noexcept;
// Waits until the child has finished; runs it, or children below it, meanwhile. @throws structure_error, pool_error
COVEY_API void await(frame* f);
// Waits until the child has finished, or until that time. Runs no child on this stack. @returns whether it has finished
COVEY_API bool await_until(const frame* f, clock::time_point until);
// Makes a queued child visible to thieves, and wakes a worker.
COVEY_API void publish_frame(frame* f) noexcept;

}  // namespace covey::detail
