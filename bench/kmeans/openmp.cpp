// SPDX-License-Identifier: Apache-2.0
// kmeans with an OpenMP loop and a reduction per round.
#include "harness/measure.hpp"
#include "kmeans/workload.hpp"

namespace {

#pragma omp declare reduction(add : kmeans::sums : omp_out += omp_in)

void solve(kmeans::problem& p, int threads) {
  for (int round = 0; round < kmeans::problem::rounds; ++round) {
    kmeans::sums all;
#pragma omp parallel for num_threads(threads) default(none) shared(p) reduction(add : all)
    for (std::uint32_t block = 0; block < p.blocks(); ++block) {
      all += p.sums_of(block);
    }
    p.move_centres(all);
  }
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<kmeans::problem>(
      setup,
      [threads = static_cast<int>(setup.threads)](kmeans::problem& p) { solve(p, threads); });
}

const bench::registration<kmeans::problem> registered("openmp", run);

}  // namespace
