// SPDX-License-Identifier: Apache-2.0
// What options refuse.
#include <covey/policy.hpp>

#include <stdexcept>

namespace covey::detail {

void throw_bad_duration() {
  throw std::invalid_argument(
      "covey: a time limit must be a number, NaN was given; valid is any duration, also negative "
      "(expired at once) and infinite ones");
}

}  // namespace covey::detail
