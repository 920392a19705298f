// SPDX-License-Identifier: Apache-2.0
// Runs a function as the body of a nursery on a covey pool of a given size.
#pragma once

#include "harness/contender.hpp"
#include "harness/marks.hpp"

#include <covey/covey.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace bench {

/// @returns the steals so far of all workers of this process; counted while covey::tracking() is not off.
[[nodiscard]] inline double steals_so_far() {
  std::uint64_t steals = 0;
  for (const covey::tree_worker& worker : covey::snapshot().workers) {
    steals += worker.steals;
  }
  return static_cast<double>(steals);
}

/// The calling thread is one of the `threads`. Nurseries opened by `body` use the same pool. A run that counts adds
/// the metric "steals" (those of the short warm-up included).
template <class Body>
auto in_pool(std::size_t threads, const Body& body) {
  if (what_is_counted() == counting::events) {
    covey::set_tracking(covey::tracking_level::counters);
  }
  covey::pool pool{threads};
  return covey::with_nursery({.pool = &pool}, [&](covey::nursery&) {
    if constexpr (std::is_same_v<std::invoke_result_t<const Body&>, measurement>) {
      measurement result = body();
      if (what_is_counted() == counting::events) {
        result.metrics.push_back({.name = "steals", .value = steals_so_far()});
      }
      return result;
    } else {
      return body();
    }
  });
}

/// The same for bench::solver.
struct of_pool {
  template <class Body>
  static auto run(std::size_t threads, const Body& body) {
    return in_pool(threads, body);
  }
};

}  // namespace bench
