// SPDX-License-Identifier: Apache-2.0
// How a lock that was held at a fork is renewed in the forked process.
#include "base/fork.hpp"

#include <covey/detail/base/fork_mutex.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

namespace covey::detail {

void fork_mutex::take_over() noexcept {
  const std::uint32_t now = fork_generation();
  std::uint32_t seen = born_in_.load(std::memory_order_acquire);
  while (seen != now) {
    if (seen == being_renewed) {
      std::this_thread::yield();
      seen = born_in_.load(std::memory_order_acquire);
    } else if (born_in_.compare_exchange_weak(
                   seen, being_renewed, std::memory_order_acquire, std::memory_order_acquire)) {
      std::construct_at(&inner_);  // not destroyed before: it may be held
      born_in_.store(now, std::memory_order_release);
      return;
    }
  }
}

}  // namespace covey::detail
