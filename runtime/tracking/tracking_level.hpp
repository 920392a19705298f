// SPDX-License-Identifier: Apache-2.0
// How much is tracked, for the whole process.
#pragma once

#include <covey/tracking.hpp>

#include <string_view>

namespace covey::runtime {

// As set_tracking() and tracking() say.
void set_tracking_level(tracking_level level);
[[nodiscard]] tracking_level present_tracking_level() noexcept;
// As in the environment variable COVEY_TRACKING.
[[nodiscard]] std::string_view name_of_level(tracking_level level) noexcept;

}  // namespace covey::runtime
