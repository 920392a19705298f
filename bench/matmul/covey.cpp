// SPDX-License-Identifier: Apache-2.0
// matmul with a nursery per phase: three quarters are spawned, the last one is called.
#include "harness/in_pool.hpp"
#include "harness/solver.hpp"
#include "matmul/workload.hpp"

#include <covey/covey.hpp>

namespace {

void multiply(const matmul::product& whole);

void multiply_all(const matmul::phase& parts) {
  covey::nursery kids;
  for (std::size_t i = 0; i < parts.size() - 1; ++i) {
    kids.run([part = parts[i]] { multiply(part); });
  }
  multiply(parts.back());
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

const bench::solver<matmul::problem, solve, bench::of_pool> registered("covey");

}  // namespace
