// SPDX-License-Identifier: Apache-2.0
// The deadline of a nursery.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/policy.hpp>

namespace covey::detail {

COVEY_API void set_deadline(scope& s, clock::time_point when);
// @returns max(): there is none
[[nodiscard]] COVEY_API clock::time_point deadline_of(const scope& s) noexcept;

}  // namespace covey::detail
