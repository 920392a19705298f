// SPDX-License-Identifier: Apache-2.0
// The wake-ups with a nursery in each round, opened before the idle time.
#include "harness/in_pool.hpp"
#include "wake/workload.hpp"

#include <covey/covey.hpp>

namespace {

struct in_nursery {
  template <class Problem>
  static bench::sample round() {
    wake::arrival there;
    covey::nursery kids;
    const bench::sample taken =
        wake::after_idling<Problem>(there, [&] { kids.run([&there] { there.report(); }); });
    kids.join();
    return taken;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_pool(wake::threads_for(setup),
                          [&] { return bench::sample_rounds<Problem>(setup, round<Problem>); });
  }
};

const wake::registrations<in_nursery> registered("covey");

}  // namespace
