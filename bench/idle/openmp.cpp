// SPDX-License-Identifier: Apache-2.0
// The idle times of an OpenMP team between two parallel regions, each with its tasks.
#include "idle/workload.hpp"

namespace {

void fork_and_join(idle::children& children, int threads) {
#pragma omp parallel num_threads(threads) default(none) shared(children)
#pragma omp single
  for (std::uint64_t i = 0; i < children.count(); ++i) {
#pragma omp task default(none) shared(children) firstprivate(i)
    children.work(i);
  }
}

bench::measurement run_nothing(const bench::setup& setup) {
  return idle::doing_nothing(setup, [threads = static_cast<int>(setup.threads)](auto& children) {
    fork_and_join(children, threads);
  });
}

bench::measurement run_ticks(const bench::setup& setup) {
  return idle::every_millisecond(setup,
                                 [threads = static_cast<int>(setup.threads)](auto& children) {
                                   fork_and_join(children, threads);
                                 });
}

const bench::registration<idle::nothing> registered_nothing("openmp", run_nothing);
const bench::registration<idle::ticks> registered_ticks("openmp", run_ticks);

}  // namespace
