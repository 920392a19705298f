// SPDX-License-Identifier: Apache-2.0
// The batches as an OpenMP loop that hands out one item at a time.
#include "batches/workload.hpp"

namespace {

struct dynamically {
  template <class Problem>
  static void solve(Problem& p, int threads) {
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) default(none) shared(p)
    for (std::uint32_t i = 0; i < p.count(); ++i) {
      p.work(i);
    }
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::measure<Problem>(
        setup, [threads = static_cast<int>(setup.threads)](Problem& p) { solve(p, threads); });
  }
};

const batches::registrations<dynamically> registered("openmp");

}  // namespace
