// SPDX-License-Identifier: Apache-2.0
// skynet with a oneTBB task_group per node.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "skynet/workload.hpp"

#include <oneapi/tbb/task_group.h>

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
  tbb::task_group group;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    group.run([&part = parts[i], start = first + i * share, share] { part = sum(start, share); });
  }
  std::uint64_t total = sum(first + parts.size() * share, share);
  group.wait();
  for (const std::uint64_t part : parts) {
    total += part;
  }
  return total;
}

void solve(skynet::problem& p) {
  p.result = sum(0, p.leaves);
}

const bench::solver<skynet::problem, solve, bench::of_arena> registered("tbb");

}  // namespace
