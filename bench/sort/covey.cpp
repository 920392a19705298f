// SPDX-License-Identifier: Apache-2.0
// sort with a nursery per partition: one half is spawned, the other one is sorted here.
#include "harness/in_pool.hpp"
#include "harness/solver.hpp"
#include "sort/workload.hpp"

#include <covey/covey.hpp>

namespace {

void sort_all(sort::keys all) {
  if (all.size() <= sort::leaf) {
    sort::sort_here(all);
    return;
  }
  const sort::halves halves = sort::partition(all);
  covey::nursery kids;
  kids.run([left = halves.left] { sort_all(left); });
  sort_all(halves.right);
}

void solve(sort::problem& p) {
  sort_all(p.all);
}

const bench::solver<sort::problem, solve, bench::of_pool> registered("covey");

}  // namespace
