// SPDX-License-Identifier: Apache-2.0
// sort as plain calls.
#include "harness/measure.hpp"
#include "sort/workload.hpp"

namespace {

void solve(sort::problem& p) {
  sort::sort_here(p.all);
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<sort::problem>(setup, solve);
}

const bench::registration<sort::problem> registered("serial", run);

}  // namespace
