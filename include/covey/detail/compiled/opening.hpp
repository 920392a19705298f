// SPDX-License-Identifier: Apache-2.0
// The slow ways to open a nursery.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/policy.hpp>

namespace covey::detail {

// Opens a nursery with options, and enters its body. @param boxed of a nursery_box, which no thread enters
COVEY_API void open_with_options(scope& s, const nursery_options& options, bool boxed);
// Opens a nursery without options when opens_slowly(), and enters its body. @throws as the constructor of nursery
COVEY_API void open_slowly(scope& s);

}  // namespace covey::detail
