// SPDX-License-Identifier: Apache-2.0
// The calling thread's stack.
#pragma once

#include <covey/config.hpp>

namespace covey::detail {

// @returns whether `here` lies on it. Code on a stack that is not the thread's own (fibers, coroutines of others) is not
// judged.
[[nodiscard]] COVEY_API bool near_stack_end(const char* here) noexcept;

}  // namespace covey::detail
