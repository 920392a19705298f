// SPDX-License-Identifier: Apache-2.0
// kmeans as plain loops.
#include "harness/solver.hpp"
#include "kmeans/workload.hpp"

namespace {

void solve(kmeans::problem& p) {
  for (int round = 0; round < kmeans::problem::rounds; ++round) {
    kmeans::sums all;
    for (std::uint32_t block = 0; block < p.blocks(); ++block) {
      all += p.sums_of(block);
    }
    p.move_centres(all);
  }
}

const bench::solver<kmeans::problem, solve> registered("serial");

}  // namespace
