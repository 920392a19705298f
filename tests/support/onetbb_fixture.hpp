// SPDX-License-Identifier: Apache-2.0
// What the tests of covey/tbb.hpp share: the fixture, and values with known answers.
#pragma once

#include "each_pool_size.hpp"
#include "seed.hpp"

#include <covey/config.hpp>
#include <covey/tbb.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

namespace covey_test {

/// False where one thread runs all bodies: under ThreadSanitizer, which cannot watch the packaged oneTBB.
inline constexpr bool onetbb_shares = COVEY_TSAN == 0;

class onetbb_fixture : public each_pool_size {
 protected:
  /// Runs `work` as a child of a nursery in this test's pool. @returns its value.
  template <class Work>
  auto in_child(Work work) {
    covey::nursery kids{here()};
    return kids.spawn(std::move(work)).get();
  }
};

/// @returns 0 … n - 1 in an order that depends on the seed alone.
[[nodiscard]] inline std::vector<int> shuffled(int n, std::uint64_t seed) {
  std::vector<int> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  dice random(seed);
  for (std::size_t i = all.size(); i > 1; --i) {
    std::swap(all[i - 1], all[random.below(i)]);
  }
  return all;
}

/// @returns 0 + … + (n - 1), by a parallel_reduce.
[[nodiscard]] inline long sum_below(int n) {
  return covey::parallel_reduce(
      tbb::blocked_range<int>(0, n),
      0L,
      [](const tbb::blocked_range<int>& part, long value) {
        for (int i = part.begin(); i != part.end(); ++i) {
          value += i;
        }
        return value;
      },
      std::plus<>());
}

}  // namespace covey_test
