// SPDX-License-Identifier: Apache-2.0
// The loops as covey::map: the vector of the results is made, and its memory first touched, on the clock.
#include "harness/in_pool.hpp"
#include "harness/numbers.hpp"
#include "loops/workload.hpp"

#include <covey/covey.hpp>

namespace {

struct mapped {
  template <class Problem>
  static void solve(Problem& p) {
    p.results =
        covey::map(bench::numbers(p.count()), [](std::uint32_t i) { return Problem::work(i); });
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_pool(setup.threads,
                          [&] { return bench::measure<Problem>(setup, solve<Problem>); });
  }
};

const loops::registrations<mapped> registered("covey-map");

}  // namespace
