// SPDX-License-Identifier: Apache-2.0
// skynet with a nursery per node: nine children are spawned, the last one is called.
#include "harness/in_pool.hpp"
#include "harness/solver.hpp"
#include "skynet/workload.hpp"

#include <covey/covey.hpp>

namespace {

using skynet::fan_out;

std::uint64_t sum(std::uint64_t first, std::uint64_t leaves);

// A child for every share but the last. They are taken last first, as the calls return.
std::uint64_t sum_of_shares(std::uint64_t first,
                            std::uint64_t share,
                            std::size_t shares,
                            covey::nursery& kids) {
  if (shares == 1) {
    return sum(first, share);
  }
  auto here = kids.spawn([first, share] { return sum(first, share); });
  const std::uint64_t others = sum_of_shares(first + share, share, shares - 1, kids);
  return here.get() + others;
}

/// @returns the sum of the `leaves` numbers from `first` on.
std::uint64_t sum(std::uint64_t first, std::uint64_t leaves) {
  if (leaves == 1) {
    return first;
  }
  covey::nursery kids;
  return sum_of_shares(first, leaves / fan_out, fan_out, kids);
}

void solve(skynet::problem& p) {
  p.result = sum(0, p.leaves);
}

const bench::solver<skynet::problem, solve, bench::of_pool> registered("covey");

}  // namespace
