// SPDX-License-Identifier: Apache-2.0
// uts as plain calls.
#include "harness/solver.hpp"
#include "uts/workload.hpp"

namespace {

std::uint64_t count(const uts::node& node, std::uint32_t limit) {
  const std::size_t children = node.children(limit);
  std::uint64_t total = 1;
  for (std::size_t i = 0; i < children; ++i) {
    total += count(node.child(i), limit);
  }
  return total;
}

void solve(uts::problem& p) {
  p.result = count(uts::node::root(), p.limit);
}

const bench::solver<uts::problem, solve> registered("serial");

}  // namespace
