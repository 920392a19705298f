// SPDX-License-Identifier: Apache-2.0
// How long children run without a look for their stop, by the site of their spawn.
#pragma once

#include <covey/watchdog.hpp>

#include <vector>

namespace covey::runtime {

// As stop_audit() says: the longest first. @throws std::bad_alloc
[[nodiscard]] std::vector<stop_granularity> longest_gaps();
// From now on anew.
void forget_gaps() noexcept;

}  // namespace covey::runtime
