// SPDX-License-Identifier: Apache-2.0
// Threads that come to covey.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/task_info.hpp>

namespace covey::detail {

// Before a nursery is opened at `nest_limit`: the calling thread gets a worker, and a place.
COVEY_API worker& enter_covey(site where);
[[noreturn]] COVEY_API void stack_exhausted(site where);

}  // namespace covey::detail
