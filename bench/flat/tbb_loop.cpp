// SPDX-License-Identifier: Apache-2.0
// flat as a oneTBB parallel_for: what the same cells cost when nobody asks for a task each.
#include "flat/workload.hpp"
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"

#include <oneapi/tbb/parallel_for.h>

namespace {

void fill(flat::problem& p) {
  tbb::parallel_for(std::uint64_t{0}, std::uint64_t{p.cells.size()}, [&p](std::uint64_t i) {
    p.cells[i] = flat::problem::mark(i);
  });
}

const bench::solver<flat::problem, fill, bench::of_arena> registered("tbb-loop");

}  // namespace
