// SPDX-License-Identifier: Apache-2.0
// The calling thread's stack.
#pragma once

#include <covey/config.hpp>

namespace covey::detail {

// @returns whether `here` is on the calling thread's own stack. Callers check the bounds of that stack only if it is: code
// may run on another one (a fiber, a coroutine of another library).
[[nodiscard]] COVEY_API bool near_stack_end(const char* here) noexcept;

}  // namespace covey::detail
