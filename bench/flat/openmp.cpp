// SPDX-License-Identifier: Apache-2.0
// flat as OpenMP tasks from one thread.
#include "flat/workload.hpp"
#include "harness/in_team.hpp"
#include "harness/solver.hpp"

namespace {

void fill(flat::problem& p) {
  for (std::uint64_t i = 0; i < p.cells.size(); ++i) {
#pragma omp task default(none) shared(p) firstprivate(i)
    p.cells[i] = flat::problem::mark(i);
  }
#pragma omp taskwait
}

const bench::solver<flat::problem, fill, bench::of_team> registered("openmp");

}  // namespace
