// SPDX-License-Identifier: Apache-2.0
// The stop of one child.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>

namespace covey::detail {

// Asks the child to stop, whatever its state. Any thread.
COVEY_API void request_child_stop(frame* f) noexcept;

}  // namespace covey::detail
