// SPDX-License-Identifier: Apache-2.0
// fib with a oneTBB parallel_invoke per call.
#include "fib/workload.hpp"
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"

#include <oneapi/tbb/parallel_invoke.h>

namespace {

std::uint64_t number(unsigned n) {
  if (n < 2) {
    return n;
  }
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  tbb::parallel_invoke([&left, n] { left = number(n - 1); },
                       [&right, n] { right = number(n - 2); });
  return left + right;
}

void solve(fib::problem& p) {
  p.result = number(p.n);
}

const bench::solver<fib::problem, solve, bench::of_arena> registered("tbb-invoke");

}  // namespace
