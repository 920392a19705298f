// SPDX-License-Identifier: Apache-2.0
// The wake-ups by std::async, which has nobody to wake: it makes a thread.
#include "wake/workload.hpp"

#include <future>

namespace {

struct new_thread {
  template <class Problem>
  static bench::sample round() {
    wake::arrival there;
    std::future<void> done;
    const bench::sample taken = wake::after_idling<Problem>(there, [&there, &done] {
      done = std::async(std::launch::async, [&there] { there.report(); });
    });
    done.get();
    return taken;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::sample_rounds<Problem>(setup, round<Problem>);
  }
};

const wake::registrations<new_thread> registered("async");

}  // namespace
