// SPDX-License-Identifier: Apache-2.0
// fib with a nursery per call.
#include "fib/workload.hpp"
#include "harness/in_pool.hpp"
#include "harness/solver.hpp"

#include <covey/covey.hpp>

namespace {

std::uint64_t number(unsigned n) {
  if (n < 2) {
    return n;
  }
  covey::nursery kids;
  auto left = kids.spawn([n] { return number(n - 1); });
  const std::uint64_t right = number(n - 2);
  return left.get() + right;
}

void solve(fib::problem& p) {
  p.result = number(p.n);
}

const bench::solver<fib::problem, solve, bench::of_pool> registered("covey");

}  // namespace
