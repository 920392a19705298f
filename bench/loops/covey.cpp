// SPDX-License-Identifier: Apache-2.0
// The loops as covey::for_each over the indices, each item writing its result.
#include "harness/in_pool.hpp"
#include "harness/numbers.hpp"
#include "harness/solver.hpp"
#include "loops/workload.hpp"

#include <covey/covey.hpp>

namespace {

struct each {
  template <class Problem>
  static void solve(Problem& p) {
    covey::for_each(bench::numbers(p.count()),
                    [&p](std::uint32_t i) { p.results[i] = Problem::work(i); });
  }
};

const loops::registrations<bench::solves<each, bench::of_pool>> registered("covey");

}  // namespace
