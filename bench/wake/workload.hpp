// SPDX-License-Identifier: Apache-2.0
// wake_1us … wake_100ms: from the spawn until the child starts on another thread, after the pool was idle so long.
#pragma once

#include "harness/contender.hpp"
#include "harness/moment.hpp"
#include "harness/registrations.hpp"
#include "harness/samples.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <thread>

namespace wake {

struct after_1us {
  static constexpr std::string_view name = "wake_1us";
  static constexpr std::chrono::microseconds idle{1};
};
struct after_10us {
  static constexpr std::string_view name = "wake_10us";
  static constexpr std::chrono::microseconds idle{10};
};
struct after_100us {
  static constexpr std::string_view name = "wake_100us";
  static constexpr std::chrono::microseconds idle{100};
};
struct after_1ms {
  static constexpr std::string_view name = "wake_1ms";
  static constexpr std::chrono::microseconds idle{1'000};
};
struct after_10ms {
  static constexpr std::string_view name = "wake_10ms";
  static constexpr std::chrono::microseconds idle{10'000};
};
struct after_100ms {
  static constexpr std::string_view name = "wake_100ms";
  static constexpr std::chrono::microseconds idle{100'000};
};

template <class Kind>
struct problem {
  static constexpr std::string_view workload = Kind::name;
  static constexpr std::chrono::microseconds idle = Kind::idle;
  // Time for twenty samples at least, or for one.
  static constexpr bench::sizes sizes =
      bench::milliseconds(std::max<std::uint64_t>(500, 20 * idle.count() / 1'000),
                          std::max<std::uint64_t>(10, idle.count() / 1'000),
                          1);
};

/// What the child reports.
class arrival {
 public:
  void report() {
    thread_ = std::this_thread::get_id();
    when_.mark_now();
  }
  /// Spins until the child has reported, as a thread does that has other work.
  [[nodiscard]] bench::sample wait_since(bench::clock::time_point start) const {
    const double seconds = when_.wait_since(start);
    return {.seconds = seconds, .right = thread_ != std::this_thread::get_id()};
  }

 private:
  std::thread::id thread_;  // written before the moment is marked
  bench::moment when_;
};

/// Somebody else has to be there to wake up.
[[nodiscard]] inline std::size_t threads_for(const bench::setup& setup) {
  return std::max<std::size_t>(2, setup.threads);
}

/// One round. `spawn` makes a child that reports to `there`; this thread neither works for the
/// contender's runtime nor sleeps, from the idle time on until the child has started.
template <class Problem, class Spawn>
[[nodiscard]] bench::sample after_idling(arrival& there, const Spawn& spawn) {
  const bench::clock::time_point idle_from = bench::clock::now();
  bench::clock::time_point start = idle_from;
  while (start - idle_from < Problem::idle) {
    start = bench::clock::now();
  }
  spawn();
  return there.wait_since(start);
}

template <class Contender>
using registrations = bench::registrations<Contender,
                                           problem<after_1us>,
                                           problem<after_10us>,
                                           problem<after_100us>,
                                           problem<after_1ms>,
                                           problem<after_10ms>,
                                           problem<after_100ms>>;

}  // namespace wake
