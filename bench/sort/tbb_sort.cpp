// SPDX-License-Identifier: Apache-2.0
// sort as oneTBB's own parallel_sort.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "sort/workload.hpp"

#include <oneapi/tbb/parallel_sort.h>

namespace {

void solve(sort::problem& p) {
  tbb::parallel_sort(p.all.begin(), p.all.end());
}

const bench::solver<sort::problem, solve, bench::of_arena> registered("tbb-sort");

}  // namespace
