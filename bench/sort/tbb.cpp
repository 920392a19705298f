// SPDX-License-Identifier: Apache-2.0
// sort with a oneTBB parallel_invoke per partition.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "sort/workload.hpp"

#include <oneapi/tbb/parallel_invoke.h>

namespace {

void sort_all(sort::keys all) {
  if (all.size() <= sort::leaf) {
    sort::sort_here(all);
    return;
  }
  const sort::halves halves = sort::partition(all);
  tbb::parallel_invoke([&] { sort_all(halves.left); }, [&] { sort_all(halves.right); });
}

void solve(sort::problem& p) {
  sort_all(p.all);
}

const bench::solver<sort::problem, solve, bench::of_arena> registered("tbb");

}  // namespace
