// SPDX-License-Identifier: Apache-2.0
// kmeans with a oneTBB parallel_reduce per round.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "kmeans/workload.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_reduce.h>

#include <functional>

namespace {

void solve(kmeans::problem& p) {
  using range = tbb::blocked_range<std::uint32_t>;
  for (int round = 0; round < kmeans::problem::rounds; ++round) {
    p.move_centres(tbb::parallel_reduce(
        range(0, p.blocks()),
        kmeans::sums{},
        [&p](const range& part, kmeans::sums all) {
          for (std::uint32_t block = part.begin(); block != part.end(); ++block) {
            all += p.sums_of(block);
          }
          return all;
        },
        std::plus<>()));
  }
}

const bench::solver<kmeans::problem, solve, bench::of_arena> registered("tbb");

}  // namespace
