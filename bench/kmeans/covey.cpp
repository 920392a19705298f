// SPDX-License-Identifier: Apache-2.0
// kmeans with a covey::transform_reduce per round.
#include "harness/in_pool.hpp"
#include "harness/measure.hpp"
#include "harness/numbers.hpp"
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

bench::measurement run(const bench::setup& setup) {
  return bench::in_pool(setup.threads,
                        [&] { return bench::measure<kmeans::problem>(setup, solve); });
}

const bench::registration<kmeans::problem> registered("covey", run);

}  // namespace
