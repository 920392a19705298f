// SPDX-License-Identifier: Apache-2.0
// nested with an OpenMP taskgroup in every task.
#include "harness/in_team.hpp"
#include "harness/solver.hpp"
#include "nested/workload.hpp"

namespace {

std::uint64_t visit(std::uint64_t place, std::uint64_t level) {
  std::uint64_t own = 0;
  std::uint64_t left = 0;
  std::uint64_t right = 0;
#pragma omp taskgroup
  {
    if (level > 0) {
#pragma omp task default(none) shared(left) firstprivate(place, level)
      left = visit(2 * place, level - 1);
#pragma omp task default(none) shared(right) firstprivate(place, level)
      right = visit(2 * place + 1, level - 1);
    }
    own = nested::problem::work(place);
  }
  return own + left + right;
}

void solve(nested::problem& p) {
  p.result = visit(1, p.depth);
}

const bench::solver<nested::problem, solve, bench::of_team> registered("openmp");

}  // namespace
