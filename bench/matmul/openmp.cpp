// SPDX-License-Identifier: Apache-2.0
// matmul with three OpenMP tasks per phase.
#include "harness/in_team.hpp"
#include "harness/solver.hpp"
#include "matmul/workload.hpp"

namespace {

void multiply(const matmul::product& whole);

void multiply_all(const matmul::phase& parts) {
  for (std::size_t i = 0; i < parts.size() - 1; ++i) {
    const matmul::product part = parts[i];
#pragma omp task default(none) firstprivate(part)
    multiply(part);
  }
  multiply(parts.back());
#pragma omp taskwait
}

void multiply(const matmul::product& whole) {
  if (whole.n <= matmul::leaf) {
    matmul::multiply_leaf(whole);
    return;
  }
  for (const matmul::phase& parts : matmul::phases(whole)) {
    multiply_all(parts);
  }
}

void solve(matmul::problem& p) {
  multiply(p.whole());
}

const bench::solver<matmul::problem, solve, bench::of_team> registered("openmp");

}  // namespace
