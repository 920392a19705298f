// SPDX-License-Identifier: Apache-2.0
// kmeans with a covey::transform_reduce per round.
#include "harness/in_pool.hpp"
#include "harness/numbers.hpp"
#include "harness/solver.hpp"
#include "kmeans/workload.hpp"

#include <covey/covey.hpp>

#include <functional>

namespace {

void solve(kmeans::problem& p) {
  for (int round = 0; round < kmeans::problem::rounds; ++round) {
    p.move_centres(covey::transform_reduce(
        bench::numbers(p.blocks()), kmeans::sums{}, std::plus<>(), [&p](std::uint32_t block) {
          return p.sums_of(block);
        }));
  }
}

const bench::solver<kmeans::problem, solve, bench::of_pool> registered("covey");

}  // namespace
