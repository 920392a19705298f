// SPDX-License-Identifier: Apache-2.0
// sort as std::sort with std::execution::par; in libstdc++ that is a merge sort on oneTBB, so an arena bounds the threads.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "sort/workload.hpp"

#include <algorithm>
#include <execution>

namespace {

void solve(sort::problem& p) {
  std::sort(std::execution::par, p.all.begin(), p.all.end());
}

const bench::solver<sort::problem, solve, bench::of_arena> registered("stdpar");

}  // namespace
