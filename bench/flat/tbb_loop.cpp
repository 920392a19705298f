// SPDX-License-Identifier: Apache-2.0
// flat as a oneTBB parallel_for: what the same cells cost when nobody asks for a task each.
#include "flat/workload.hpp"
#include "harness/in_arena.hpp"
#include "harness/measure.hpp"

#include <oneapi/tbb/parallel_for.h>

namespace {

void fill(flat::problem& p) {
  tbb::parallel_for(std::uint64_t{0}, std::uint64_t{p.cells.size()}, [&p](std::uint64_t i) {
    p.cells[i] = flat::problem::mark(i);
  });
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_arena(setup.threads, [&] { return bench::measure<flat::problem>(setup, fill); });
}

const bench::registration<flat::problem> registered("tbb-loop", run);

}  // namespace
