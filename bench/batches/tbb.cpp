// SPDX-License-Identifier: Apache-2.0
// The batches as a oneTBB parallel_for.
#include "batches/workload.hpp"
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"

#include <oneapi/tbb/parallel_for.h>

namespace {

struct parallel {
  template <class Problem>
  static void solve(Problem& p) {
    tbb::parallel_for(std::uint32_t{0}, p.count(), [&p](std::uint32_t i) { p.work(i); });
  }
};

const batches::registrations<bench::solves<parallel, bench::of_arena>> registered("tbb");

}  // namespace
