// SPDX-License-Identifier: Apache-2.0
// sort with an OpenMP task per partition.
#include "harness/in_team.hpp"
#include "harness/solver.hpp"
#include "sort/workload.hpp"

namespace {

void sort_all(sort::keys all) {
  if (all.size() <= sort::leaf) {
    sort::sort_here(all);
    return;
  }
  const sort::halves halves = sort::partition(all);
#pragma omp task default(none) firstprivate(halves)
  sort_all(halves.left);
  sort_all(halves.right);
#pragma omp taskwait
}

void solve(sort::problem& p) {
  sort_all(p.all);
}

const bench::solver<sort::problem, solve, bench::of_team> registered("openmp");

}  // namespace
