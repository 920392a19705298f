// SPDX-License-Identifier: Apache-2.0
// fib with a oneTBB task_group per call.
#include "fib/workload.hpp"
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

std::uint64_t number(unsigned n) {
  if (n < 2) {
    return n;
  }
  std::uint64_t left = 0;
  tbb::task_group group;
  group.run([&left, n] { left = number(n - 1); });
  const std::uint64_t right = number(n - 2);
  group.wait();
  return left + right;
}

void solve(fib::problem& p) {
  p.result = number(p.n);
}

const bench::solver<fib::problem, solve, bench::of_arena> registered("tbb");

}  // namespace
