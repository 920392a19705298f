// SPDX-License-Identifier: Apache-2.0
// The batches as a oneTBB parallel_for.
#include "batches/workload.hpp"
#include "harness/in_arena.hpp"

#include <oneapi/tbb/parallel_for.h>

namespace {

struct parallel {
  template <class Problem>
  static void solve(Problem& p) {
    tbb::parallel_for(std::uint32_t{0}, p.count(), [&p](std::uint32_t i) { p.work(i); });
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_arena(setup.threads,
                           [&] { return bench::measure<Problem>(setup, solve<Problem>); });
  }
};

const batches::registrations<parallel> registered("tbb");

}  // namespace
