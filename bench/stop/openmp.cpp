// SPDX-License-Identifier: Apache-2.0
// stop_seen by OpenMP's cancel taskgroup; the child passes cancellation points until one of them ends it.
#include "harness/in_team.hpp"
#include "harness/omp_cancellation.hpp"
#include "stop/workload.hpp"

namespace {

/// A cancellation point leaves the task from within, as a return does.
struct end_of_child {
  stop::watcher& watcher;
  ~end_of_child() { watcher.end(); }
};

/// Cancelling is for tasks only; one that is not deferred does it at once and on this thread.
void cancel() {
#pragma omp task if (0)
  {
#pragma omp cancel taskgroup
  }
}

bench::sample stop_seen() {
  stop::watcher watcher;
  bench::sample taken;
#pragma omp taskgroup
  {
#pragma omp task default(none) shared(watcher)
    {
      [[maybe_unused]] const end_of_child end{watcher};
      watcher.begin();
      for (;;) {
#pragma omp cancellation point taskgroup
      }
    }
    taken = watcher.seen_after(cancel);
  }
  return taken;
}

bench::measurement run_seen(const bench::setup& setup) {
  bench::switch_on_cancellation();
  return bench::in_team(stop::threads_for(setup),
                        [&setup] { return bench::sample_rounds<stop::seen>(setup, stop_seen); });
}

const bench::registration<stop::seen> registered("openmp", run_seen);

}  // namespace
