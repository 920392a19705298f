// SPDX-License-Identifier: Apache-2.0
// The batches as covey::for_each over the numbers of the items.
#include "batches/workload.hpp"
#include "harness/in_pool.hpp"
#include "harness/numbers.hpp"
#include "harness/solver.hpp"

#include <covey/covey.hpp>

namespace {

struct each {
  template <class Problem>
  static void solve(Problem& p) {
    covey::for_each(bench::numbers(p.count()), [&p](std::uint32_t i) { p.work(i); });
  }
};

const batches::registrations<bench::solves<each, bench::of_pool>> registered("covey");

}  // namespace
