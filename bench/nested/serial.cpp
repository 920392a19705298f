// SPDX-License-Identifier: Apache-2.0
// nested as plain calls.
#include "harness/solver.hpp"
#include "nested/workload.hpp"

namespace {

std::uint64_t visit(std::uint64_t place, std::uint64_t level) {
  std::uint64_t total = nested::problem::work(place);
  if (level > 0) {
    total += visit(2 * place, level - 1);
    total += visit(2 * place + 1, level - 1);
  }
  return total;
}

void solve(nested::problem& p) {
  p.result = visit(1, p.depth);
}

const bench::solver<nested::problem, solve> registered("serial");

}  // namespace
