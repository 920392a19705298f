// SPDX-License-Identifier: Apache-2.0
// flat as run() into one oneTBB task_group.
#include "flat/workload.hpp"
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

void fill(flat::problem& p) {
  tbb::task_group group;
  for (std::uint64_t i = 0; i < p.cells.size(); ++i) {
    group.run([&p, i] { p.cells[i] = flat::problem::mark(i); });
  }
  group.wait();
}

const bench::solver<flat::problem, fill, bench::of_arena> registered("tbb");

}  // namespace
