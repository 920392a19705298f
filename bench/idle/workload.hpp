// SPDX-License-Identifier: Apache-2.0
// idle, tiny_forkjoin_1ms: the processor time that a pool takes with nothing, or next to nothing, to do.
#pragma once

#include "harness/contender.hpp"
#include "harness/measure.hpp"
#include "harness/processor_time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace idle {

constexpr bench::sizes milliseconds = bench::milliseconds(1'000, 100, 1);

struct nothing {
  static constexpr std::string_view workload = "idle";
  static constexpr bench::sizes sizes = milliseconds;
};
struct ticks {
  static constexpr std::string_view workload = "tiny_forkjoin_1ms";
  static constexpr bench::sizes sizes = milliseconds;
};

/// Children that work a few microseconds and leave a mark each.
class children {
 public:
  explicit children(std::uint64_t count) : marks_(count, 0) {}
  [[nodiscard]] std::uint64_t count() const { return marks_.size(); }
  /// Child `i`.
  void work(std::uint64_t i) {
    for (int step = 0; step < 1'000; ++step) {
      asm volatile("");
    }
    ++marks_[i];
  }
  /// @returns whether each has worked so often.
  [[nodiscard]] bool all_worked(std::uint64_t times) const {
    return std::all_of(marks_.begin(), marks_.end(), [times](auto mark) { return mark == times; });
  }

 private:
  std::vector<std::uint64_t> marks_;
};

/// Spent on processors by all threads of the process from its construction on.
class spending {
 public:
  /// Puts the processor time in the place of the time, and beside it what it is of one core.
  void report(bench::measurement& result) const {
    result.seconds = bench::processor_seconds() - before_;
    const double wall = bench::seconds_since(start_);
    result.metrics = {{"cpu_percent", 100 * result.seconds / wall}};
  }
  [[nodiscard]] bench::clock::time_point start() const { return start_; }

 private:
  double before_ = bench::processor_seconds();
  bench::clock::time_point start_ = bench::clock::now();
};

template <class Problem>
[[nodiscard]] std::string text(const bench::setup& setup) {
  return std::string(Problem::workload) + "(" + std::to_string(setup.size) + " ms)";
}

/// `fork_and_join` runs all the children it is given. It does so before, so that every thread exists and has worked, and
/// after the idle time, so that a pool that has gone for good is not the thriftiest.
template <class ForkAndJoin>
[[nodiscard]] bench::measurement doing_nothing(const bench::setup& setup,
                                               const ForkAndJoin& fork_and_join) {
  children crowd(1'000);
  fork_and_join(crowd);
  const spending spent;
  std::this_thread::sleep_for(std::chrono::milliseconds(setup.size));
  bench::measurement result{.problem = text<nothing>(setup)};
  spent.report(result);
  fork_and_join(crowd);
  result.found = crowd.all_worked(2) ? 1 : 0;
  result.expected = 1;
  return result;
}

/// Runs two children every millisecond; the item is one such fork and join.
template <class ForkAndJoin>
[[nodiscard]] bench::measurement every_millisecond(const bench::setup& setup,
                                                   const ForkAndJoin& fork_and_join) {
  children two(2);
  fork_and_join(two);
  const spending spent;
  for (std::uint64_t tick = 1; tick <= setup.size; ++tick) {
    std::this_thread::sleep_until(spent.start() + std::chrono::milliseconds(tick));
    fork_and_join(two);
  }
  bench::measurement result{.problem = text<ticks>(setup), .items = setup.size};
  spent.report(result);
  result.found = two.all_worked(setup.size + 1) ? 1 : 0;
  result.expected = 1;
  return result;
}

}  // namespace idle
