// SPDX-License-Identifier: Apache-2.0
// A point in time that one thread reports to another.
#pragma once

#include "harness/measure.hpp"

#include <atomic>
#include <chrono>

namespace bench {

class moment {
 public:
  void mark_now() {
    when_.store(clock::now().time_since_epoch().count(), std::memory_order_release);
  }
  /// Spins until it is marked. @returns the seconds from `start` to then.
  [[nodiscard]] double wait_since(clock::time_point start) const {
    clock::rep when = 0;
    do {
      when = when_.load(std::memory_order_acquire);
    } while (when == 0);
    return std::chrono::duration<double>(clock::duration(when) - start.time_since_epoch()).count();
  }

 private:
  // Ticks of the clock; 0: not yet.
  //   written  by the child, once. read by the thread that waits.
  //   order    release and acquire, so that what the child did before is seen.
  std::atomic<clock::rep> when_{0};
};

}  // namespace bench
