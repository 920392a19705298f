// SPDX-License-Identifier: Apache-2.0
// How a future gives up the frame of its child.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/task_info.hpp>

namespace covey::detail {

[[nodiscard]] COVEY_API task_state state_of(const frame* f) noexcept;
// Gives the frame up; the outcome was not taken.
COVEY_API void drop_future(frame* f) noexcept;
// Gives the frame up; the outcome was taken.
COVEY_API void end_future(frame* f) noexcept;
// @throws std::future_error
[[noreturn]] COVEY_API void throw_no_state();

}  // namespace covey::detail
