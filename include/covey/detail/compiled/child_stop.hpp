// SPDX-License-Identifier: Apache-2.0
// Stopping one child.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>

namespace covey::detail {

// Whatever it does at the moment.
COVEY_API void request_child_stop(frame* f) noexcept;

}  // namespace covey::detail
