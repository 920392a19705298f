// SPDX-License-Identifier: Apache-2.0
// Medians and how sure they are.
#pragma once

#include <cstddef>
#include <vector>

namespace bench {

/// A median with an interval that holds the true median with the probability `confidence`, whatever the distribution:
/// two of the values themselves (order statistics).
struct estimate {
  double median = 0;
  double low = 0;
  double high = 0;
  double confidence = 0;  ///< 0 for a single value
  std::size_t count = 0;
};

/// What an interval should reach, and what it must reach before anything is concluded from it.
inline constexpr double wanted_confidence = 0.95;
inline constexpr double least_confidence = 0.9;

/// @pre `values` is not empty
[[nodiscard]] double median_of(std::vector<double> values);

/// The narrowest interval, the same number of values cut off at both ends, of at least `wanted_confidence`; with fewer
/// than six values the least and the largest, and the lower confidence that they have.
/// @pre `values` is not empty
[[nodiscard]] estimate estimate_of(std::vector<double> values);

/// @pre `values` is not empty and all are above 0
[[nodiscard]] double geometric_mean(const std::vector<double>& values);

/// @returns true if both are sure enough and no value lies in both intervals.
[[nodiscard]] bool apart(const estimate& a, const estimate& b);

}  // namespace bench
