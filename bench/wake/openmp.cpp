// SPDX-License-Identifier: Apache-2.0
// The wake-ups as OpenMP tasks; the rest of the team waits at the end of the parallel region meanwhile.
#include "harness/in_team.hpp"
#include "wake/workload.hpp"

namespace {

struct as_task {
  template <class Problem>
  static bench::sample round() {
    wake::arrival there;
    const bench::sample taken = wake::after_idling<Problem>(there, [&there] {
#pragma omp task default(none) shared(there)
      there.report();
    });
#pragma omp taskwait
    return taken;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_team(wake::threads_for(setup),
                          [&] { return bench::sample_rounds<Problem>(setup, round<Problem>); });
  }
};

const wake::registrations<as_task> registered("openmp");

}  // namespace
