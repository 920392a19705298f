// SPDX-License-Identifier: Apache-2.0
// The tree that the tracker's entries show.
#pragma once

#include "tracking/tracking_image.hpp"

#include <covey/tracking.hpp>

namespace covey::runtime {

// The tree that an image shows. An image may be torn or wrong in any field (another process, a core file): whatever does
// not fit together is left out. @throws std::bad_alloc
[[nodiscard]] COVEY_API task_tree tree_of(const tracking_image& image);

}  // namespace covey::runtime
