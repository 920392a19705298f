// SPDX-License-Identifier: Apache-2.0
// matmul with a oneTBB task_group per phase.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "matmul/workload.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

void multiply(const matmul::product& whole);

void multiply_all(const matmul::phase& parts) {
  tbb::task_group group;
  for (std::size_t i = 0; i < parts.size() - 1; ++i) {
    group.run([part = parts[i]] { multiply(part); });
  }
  multiply(parts.back());
  group.wait();
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

const bench::solver<matmul::problem, solve, bench::of_arena> registered("tbb");

}  // namespace
