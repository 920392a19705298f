// SPDX-License-Identifier: Apache-2.0
// fib as plain calls.
#include "fib/workload.hpp"
#include "harness/solver.hpp"

namespace {

std::uint64_t number(unsigned n) {
  if (n < 2) {
    return n;
  }
  return number(n - 1) + number(n - 2);
}

void solve(fib::problem& p) {
  p.result = number(p.n);
}

const bench::solver<fib::problem, solve> registered("serial");

}  // namespace
