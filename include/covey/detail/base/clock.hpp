// SPDX-License-Identifier: Apache-2.0
// covey's clock.
#pragma once

#include <covey/config.hpp>
#include <covey/policy.hpp>

namespace covey::detail {

// Steady, or the virtual clock.
[[nodiscard]] COVEY_API clock::time_point clock_now() noexcept;

}  // namespace covey::detail
