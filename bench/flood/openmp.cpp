// SPDX-License-Identifier: Apache-2.0
// flood as OpenMP tasks; the runtime's own throttle is the limit.
#include "flood/workload.hpp"
#include "harness/in_team.hpp"
#include "harness/solver.hpp"

namespace {

void pour(flood::problem& p) {
  for (std::uint64_t i = 0; i < p.children; ++i) {
#pragma omp task default(none) shared(p) firstprivate(i)
    p.visit(i);
  }
#pragma omp taskwait
}

const bench::solver<flood::problem, pour, bench::of_team> registered("openmp");

}  // namespace
