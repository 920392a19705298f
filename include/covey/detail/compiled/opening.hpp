// SPDX-License-Identifier: Apache-2.0
// The slow ways to open a nursery.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/policy.hpp>

namespace covey::detail {

// With options. @param boxed in a nursery_box
COVEY_API void open_with_options(scope& s, const nursery_options& options, bool boxed);
// Enters the body, too; throws as the nursery.
COVEY_API void open_slowly(scope& s);

}  // namespace covey::detail
