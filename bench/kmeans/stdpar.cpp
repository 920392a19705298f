// SPDX-License-Identifier: Apache-2.0
// kmeans with a std::transform_reduce per round, by std::execution::par.
#include "harness/in_arena.hpp"
#include "harness/numbers.hpp"
#include "harness/solver.hpp"
#include "kmeans/workload.hpp"

#include <execution>
#include <functional>
#include <numeric>

namespace {

void solve(kmeans::problem& p) {
  const bench::numbers blocks(p.blocks());
  for (int round = 0; round < kmeans::problem::rounds; ++round) {
    p.move_centres(std::transform_reduce(std::execution::par,
                                         blocks.begin(),
                                         blocks.end(),
                                         kmeans::sums{},
                                         std::plus<>(),
                                         [&p](std::uint32_t block) { return p.sums_of(block); }));
  }
}

const bench::solver<kmeans::problem, solve, bench::of_arena> registered("stdpar");

}  // namespace
