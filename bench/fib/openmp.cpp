// SPDX-License-Identifier: Apache-2.0
// fib with an OpenMP task per call.
#include "fib/workload.hpp"
#include "harness/in_team.hpp"
#include "harness/solver.hpp"

namespace {

std::uint64_t number(unsigned n) {
  if (n < 2) {
    return n;
  }
  std::uint64_t left = 0;
#pragma omp task default(none) shared(left) firstprivate(n)
  left = number(n - 1);
  const std::uint64_t right = number(n - 2);
#pragma omp taskwait
  return left + right;
}

void solve(fib::problem& p) {
  p.result = number(p.n);
}

const bench::solver<fib::problem, solve, bench::of_team> registered("openmp");

}  // namespace
