// SPDX-License-Identifier: Apache-2.0
// skynet as plain calls.
#include "harness/solver.hpp"
#include "skynet/workload.hpp"

namespace {

using skynet::fan_out;

/// @returns the sum of the `leaves` numbers from `first` on.
std::uint64_t sum(std::uint64_t first, std::uint64_t leaves) {
  if (leaves == 1) {
    return first;
  }
  const std::uint64_t share = leaves / fan_out;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < fan_out; ++i) {
    total += sum(first + i * share, share);
  }
  return total;
}

void solve(skynet::problem& p) {
  p.result = sum(0, p.leaves);
}

const bench::solver<skynet::problem, solve> registered("serial");

}  // namespace
