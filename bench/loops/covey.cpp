// SPDX-License-Identifier: Apache-2.0
// The loops as covey::for_each over the indices, each item writing its result.
#include "harness/in_pool.hpp"
#include "harness/numbers.hpp"
#include "loops/workload.hpp"

#include <covey/covey.hpp>

namespace {

struct each {
  template <class Problem>
  static void solve(Problem& p) {
    covey::for_each(bench::numbers(p.count()),
                    [&p](std::uint32_t i) { p.results[i] = Problem::work(i); });
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_pool(setup.threads,
                          [&] { return bench::measure<Problem>(setup, solve<Problem>); });
  }
};

const loops::registrations<each> registered("covey");

}  // namespace
