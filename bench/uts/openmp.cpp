// SPDX-License-Identifier: Apache-2.0
// uts with an OpenMP task for each child but the last.
#include "harness/in_team.hpp"
#include "harness/solver.hpp"
#include "uts/workload.hpp"

#include <array>

namespace {

std::uint64_t count(const uts::node& node, std::uint32_t limit) {
  const std::size_t children = node.children(limit);
  if (children == 0) {
    return 1;
  }
  std::array<std::uint64_t, uts::most_children> parts{};
  for (std::size_t i = 0; i < children - 1; ++i) {
#pragma omp task default(none) shared(node, parts) firstprivate(i, limit)
    parts[i] = count(node.child(i), limit);
  }
  parts[children - 1] = count(node.child(children - 1), limit);
#pragma omp taskwait
  std::uint64_t total = 1;
  for (std::size_t i = 0; i < children; ++i) {
    total += parts[i];
  }
  return total;
}

void solve(uts::problem& p) {
  p.result = count(uts::node::root(), p.limit);
}

const bench::solver<uts::problem, solve, bench::of_team> registered("openmp");

}  // namespace
