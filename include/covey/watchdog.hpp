// SPDX-License-Identifier: Apache-2.0
// The watchdog: names children that do not stop, groups in which everybody waits, and sleepers that hold others up. The
// audit of how fine stops are.
#pragma once

#include <covey/config.hpp>
#include <covey/policy.hpp>
#include <covey/stacks.hpp>
#include <covey/tracking.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace covey {

/// A child that still runs although it was asked to stop some time ago, or its deadline passed; or that sleeps.
struct overstay {
  tree_node
      child;  ///< as in the tree: name, site of the spawn, time since it last looked for its stop
  std::uint32_t thread = 0;  ///< the system's number of the thread that runs it; 0: unknown
  stack_trace stack;  ///< of that thread, just now; empty when it did not answer within 100 ms
};

/// What a watchdog found.
struct watchdog_report {
  std::vector<overstay> overstays;  ///< those not reported before
  bool deadlock = false;            ///< everybody waits for somebody, and nothing has moved
  task_tree tree;                   ///< at that moment
  /// Children that sleep while others are queued in their pool, nothing has moved for a second, and no further thread is to
  /// be had: max_substitutes is reached, or the system refuses more. Told once a pool.
  std::vector<overstay> asleep;
};
/// @returns the report as text.
[[nodiscard]] COVEY_API std::string to_string(const watchdog_report& report);

/// What a watchdog looks for, how often, and whom it tells.
struct watchdog_options {
  /// How long after a stop a child may run; 1 ms … 1 day.
  time_limit patience = std::chrono::seconds(1);
  time_limit interval = std::chrono::milliseconds(100);  ///< between two looks; 1 ms … 1 hour
  /// Called on the watchdog's thread; without one the text goes to stderr. What it throws is reported on stderr.
  std::function<void(const watchdog_report&)> report = nullptr;
  /// Ask the thread for its stack; uses the signal SIGRTMAX - 2 unless the program does.
  bool stacks = true;
};

/// Watches all pools of the process while it lives, on a thread of its own; the level of tracking is full meanwhile.
/// It reads; it never stops, wakes or waits for anything. Distinct objects are independent.
class COVEY_API watchdog {
 public:
  /// @throws std::invalid_argument for options out of range, std::system_error when no thread can be had
  explicit watchdog(watchdog_options options = {});
  watchdog(watchdog&&) = delete;
  watchdog& operator=(watchdog&&) = delete;
  /// Waits for a report function that runs. The level of tracking becomes what it was.
  ~watchdog();

  /// @returns how often it has looked. Thread safety: any thread.
  [[nodiscard]] std::uint64_t looks() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// How long children spawned at one site ran without a look for their stop: so long a stop may take there.
struct stop_granularity {
  std::string file;
  std::string function;
  std::uint32_t line = 0;
  std::chrono::nanoseconds longest{};
};
/// The audit of stops, since the start of the process or the last reset_stop_audit(), while the level of tracking was full:
/// for every site that spawned, the longest time that a child of it ran without calling this_task::stop_requested(),
/// checkpoint(), a sleep of covey, or finishing an item of a batch. Children that run now count with what they have so
/// far. Looks through a stop_token are not seen. A test can so assert "this stops within 5 ms" without stopping it.
/// @returns the longest first. @throws std::bad_alloc. Thread safety: any thread.
[[nodiscard]] COVEY_API std::vector<stop_granularity> stop_audit();
COVEY_API void reset_stop_audit() noexcept;

}  // namespace covey
