// SPDX-License-Identifier: Apache-2.0
// stop_1000: from the request to stop until nothing is left of 1,000 children; stop_seen: until one that runs sees it.
#pragma once

#include "harness/contender.hpp"
#include "harness/moment.hpp"
#include "harness/samples.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stop {

constexpr bench::sizes milliseconds = bench::milliseconds(500, 10, 2);

struct many {
  static constexpr std::string_view workload = "stop_1000";
  static constexpr bench::sizes sizes = milliseconds;
  static constexpr std::uint64_t children = 1'000;
};
struct seen {
  static constexpr std::string_view workload = "stop_seen";
  static constexpr bench::sizes sizes = milliseconds;
};

/// The children of one round of stop_1000: each polls until it is stopped; most never start.
class crowd {
 public:
  /// A child.
  template <class Stopped>
  void poll(const Stopped& stopped) {
    started_.fetch_add(1, std::memory_order_relaxed);
    while (!stopped()) {
    }
    ended_.fetch_add(1, std::memory_order_relaxed);
  }
  /// Spins until so many children run, so that every round stops the same; not for long, since a runtime may grant fewer
  /// threads than it was asked for.
  void wait_until_running(std::size_t children) const {
    const bench::clock::time_point end = bench::clock::now() + std::chrono::milliseconds(10);
    while (started_.load(std::memory_order_relaxed) < children && bench::clock::now() < end) {
    }
  }
  /// After the contender said that the children are done. @returns the time since `start`, and whether none is left
  /// running and some never ran: a child that ran before the stop cannot have ended before it.
  [[nodiscard]] bench::sample stopped_since(bench::clock::time_point start) const {
    const double seconds = bench::seconds_since(start);
    const std::size_t started = started_.load(std::memory_order_relaxed);
    return {.seconds = seconds,
            .right = started == ended_.load(std::memory_order_relaxed) && started < many::children};
  }

 private:
  // Children that have started, and that have ended.
  //   written  by each child, once. read by the thread that stops them.
  //   order    relaxed: nothing else depends on them; the join of the contender orders the last look.
  std::atomic<std::size_t> started_{0};
  std::atomic<std::size_t> ended_{0};
};

/// The child of one round of stop_seen: polls on another thread until it sees the stop.
class watcher {
 public:
  /// The child.
  template <class Stopped>
  void poll(const Stopped& stopped) {
    begin();
    while (!stopped()) {
    }
    end();
  }
  /// The two ends of a child that polls in its own way.
  void begin() { running_.mark_now(); }
  void end() { seen_.mark_now(); }
  /// Waits until the child runs, stops it by `stop`, and waits until it has seen that.
  template <class Stop>
  [[nodiscard]] bench::sample seen_after(const Stop& stop) const {
    const double seconds_before = running_.wait_since({});
    const bench::clock::time_point start = bench::clock::now();
    stop();
    return {.seconds = seen_.wait_since(start), .right = seconds_before > 0};
  }

 private:
  bench::moment running_;
  bench::moment seen_;
};

/// For stop_seen, where the child needs a thread beside the one that stops it.
[[nodiscard]] inline std::size_t threads_for(const bench::setup& setup) {
  return std::max<std::size_t>(2, setup.threads);
}

}  // namespace stop
