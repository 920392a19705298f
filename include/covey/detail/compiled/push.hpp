// SPDX-License-Identifier: Apache-2.0
// The slow half of a push.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>

namespace covey::detail {

// After the push of a child that raised sp to `ceiling`: publishes children, wakes a worker, looks for stops, makes room.
COVEY_API void spawn_slow(worker& me);

}  // namespace covey::detail
