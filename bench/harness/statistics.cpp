// SPDX-License-Identifier: Apache-2.0
// Order statistics: how many of n values lie below the median is binomial, with one half.
#include "harness/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace bench {
namespace {

/// @returns the probability that fewer than `cut` + 1 of `count` values lie on one given side of the median.
double tail(std::size_t count, std::size_t cut) {
  const auto n = static_cast<double>(count);
  double sum = 0;
  // Of the probability of just i, which leaves the range of a double when the rounds are many.
  double logarithm = -n * std::log(2.0);
  for (std::size_t i = 0; i <= cut; ++i) {
    sum += std::exp(logarithm);
    const auto k = static_cast<double>(i);
    logarithm += std::log((n - k) / (k + 1));
  }
  return sum;
}

}  // namespace

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

estimate estimate_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t count = values.size();
  std::size_t cut = 0;
  while (2 * (cut + 1) < count && 1 - 2 * tail(count, cut + 1) >= wanted_confidence) {
    ++cut;
  }
  return {.median = median_of(values),
          .low = values[cut],
          .high = values[count - 1 - cut],
          .confidence = std::max(0.0, 1 - 2 * tail(count, cut)),
          .count = count};
}

double geometric_mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += std::log(value);
  }
  return std::exp(sum / static_cast<double>(values.size()));
}

bool apart(const estimate& a, const estimate& b) {
  return a.confidence >= least_confidence && b.confidence >= least_confidence &&
         (a.low > b.high || b.low > a.high);
}

}  // namespace bench
