// SPDX-License-Identifier: Apache-2.0
// Waiting for one child.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/policy.hpp>

namespace covey::detail {

// Takes a queued child that the owner of its scope spawned out of the deque where it is queued.
COVEY_API bool claim(worker& me, frame* f) noexcept;
// Runs a claimed child in full: context, state, hand-over.
COVEY_API void run_claimed(worker& me, frame* f) noexcept;
// Until the child has finished, working meanwhile.
COVEY_API void await(frame* f);
// Never runs a child on this stack. @returns whether the child has finished
COVEY_API bool await_until(const frame* f, clock::time_point until);
// Makes sure that somebody can start it.
COVEY_API void publish_frame(frame* f) noexcept;

}  // namespace covey::detail
