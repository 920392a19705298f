// SPDX-License-Identifier: Apache-2.0
// The wake-ups with a oneTBB task_group in each round, made before the idle time.
#include "harness/in_arena.hpp"
#include "wake/workload.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

struct in_task_group {
  template <class Problem>
  static bench::sample round() {
    wake::arrival there;
    tbb::task_group group;
    const bench::sample taken =
        wake::after_idling<Problem>(there, [&] { group.run([&there] { there.report(); }); });
    group.wait();
    return taken;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_arena(wake::threads_for(setup),
                           [&] { return bench::sample_rounds<Problem>(setup, round<Problem>); });
  }
};

const wake::registrations<in_task_group> registered("tbb");

}  // namespace
