// SPDX-License-Identifier: Apache-2.0
// sort as plain calls.
#include "harness/solver.hpp"
#include "sort/workload.hpp"

namespace {

void solve(sort::problem& p) {
  sort::sort_here(p.all);
}

const bench::solver<sort::problem, solve> registered("serial");

}  // namespace
