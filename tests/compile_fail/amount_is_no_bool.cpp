// error: (no viable conversion|could not convert|no matching|cannot convert)
// SPDX-License-Identifier: Apache-2.0
// A limit is a number.
#include <covey/policy.hpp>

covey::nursery_options options() {
  return {.limit = true};
}
