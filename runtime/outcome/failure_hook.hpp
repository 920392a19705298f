// SPDX-License-Identifier: Apache-2.0
// The hook of a nursery that hears of each failure.
#pragma once

#include <covey/composite_exception.hpp>
#include <covey/detail/task/scope.hpp>

namespace covey::runtime {

// Calls the on_failure hook, or leaves that to the thread that is in it. @pre there is one; the failed child is not
// counted as finished yet.
void tell_of_failure(detail::scope& s, const failed_child& what) noexcept;

}  // namespace covey::runtime
