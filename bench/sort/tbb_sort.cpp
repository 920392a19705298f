// SPDX-License-Identifier: Apache-2.0
// sort as oneTBB's own parallel_sort.
#include "harness/in_arena.hpp"
#include "harness/measure.hpp"
#include "sort/workload.hpp"

#include <oneapi/tbb/parallel_sort.h>

namespace {

void solve(sort::problem& p) {
  tbb::parallel_sort(p.all.begin(), p.all.end());
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_arena(setup.threads,
                         [&] { return bench::measure<sort::problem>(setup, solve); });
}

const bench::registration<sort::problem> registered("tbb-sort", run);

}  // namespace
