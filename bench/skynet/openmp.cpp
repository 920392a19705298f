// SPDX-License-Identifier: Apache-2.0
// skynet with nine OpenMP tasks per node.
#include "harness/in_team.hpp"
#include "harness/solver.hpp"
#include "skynet/workload.hpp"

#include <array>

namespace {

using skynet::fan_out;

/// @returns the sum of the `leaves` numbers from `first` on.
std::uint64_t sum(std::uint64_t first, std::uint64_t leaves) {
  if (leaves == 1) {
    return first;
  }
  const std::uint64_t share = leaves / fan_out;
  std::array<std::uint64_t, fan_out - 1> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
#pragma omp task default(none) shared(parts) firstprivate(i, first, share)
    parts[i] = sum(first + i * share, share);
  }
  std::uint64_t total = sum(first + parts.size() * share, share);
#pragma omp taskwait
  for (const std::uint64_t part : parts) {
    total += part;
  }
  return total;
}

void solve(skynet::problem& p) {
  p.result = sum(0, p.leaves);
}

const bench::solver<skynet::problem, solve, bench::of_team> registered("openmp");

}  // namespace
