// SPDX-License-Identifier: Apache-2.0
// Foreign threads that open a nursery.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/task_info.hpp>

namespace covey::detail {

// Called before a nursery is opened with the stack pointer below `stack_bound`: gives the calling thread a worker and a
// permit if it has none. @throws structure_error when the stack is nearly used up
COVEY_API worker& enter_covey(site where);
[[noreturn]] COVEY_API void stack_exhausted(site where);

}  // namespace covey::detail
