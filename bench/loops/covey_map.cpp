// SPDX-License-Identifier: Apache-2.0
// The loops as covey::map: the vector of the results is made, and its memory first touched, on the clock.
#include "harness/in_pool.hpp"
#include "harness/numbers.hpp"
#include "harness/solver.hpp"
#include "loops/workload.hpp"

#include <covey/covey.hpp>

namespace {

struct mapped {
  template <class Problem>
  static void solve(Problem& p) {
    p.results =
        covey::map(bench::numbers(p.count()), [](std::uint32_t i) { return Problem::work(i); });
  }
};

const loops::registrations<bench::solves<mapped, bench::of_pool>> registered("covey-map");

}  // namespace
