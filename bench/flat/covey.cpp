// SPDX-License-Identifier: Apache-2.0
// flat as run() into one nursery.
#include "flat/workload.hpp"
#include "harness/in_pool.hpp"
#include "harness/solver.hpp"

#include <covey/covey.hpp>

namespace {

void fill(flat::problem& p) {
  covey::nursery kids;
  for (std::uint64_t i = 0; i < p.cells.size(); ++i) {
    kids.run([&p, i] { p.cells[i] = flat::problem::mark(i); });
  }
}

const bench::solver<flat::problem, fill, bench::of_pool> registered("covey");

}  // namespace
