// SPDX-License-Identifier: Apache-2.0
// flat as a plain loop.
#include "flat/workload.hpp"
#include "harness/solver.hpp"

namespace {

void fill(flat::problem& p) {
  for (std::uint64_t i = 0; i < p.cells.size(); ++i) {
    p.cells[i] = flat::problem::mark(i);
  }
}

const bench::solver<flat::problem, fill> registered("serial");

}  // namespace
