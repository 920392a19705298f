// SPDX-License-Identifier: Apache-2.0
// What stands behind virtual_clock: the time, and those who sleep by it.
#pragma once

#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace covey::runtime {

/// There is one in the process, never destroyed, so that a sleeper may outlive the virtual_clock that it slept by.
/// Locks: the timekeeper's lock may be held when one of these functions takes this one; never the other way round.
class virtual_time {
 public:
  /// @returns the one object while a virtual_clock lives, else null.
  [[nodiscard]] static virtual_time* living() noexcept;
  /// @throws structure_error if one lives; std::bad_alloc.
  static virtual_time& begin(site where);
  void end() noexcept;

  [[nodiscard]] clock::time_point now() const noexcept {
    return clock::time_point(clock::duration(now_.load(std::memory_order_acquire)));
  }

  enum class outcome : std::uint8_t { asleep, woken, timed_out, clock_ended };
  /// As park_until(), by this time.
  outcome sleep(const std::atomic<std::uint32_t>& word,
                std::uint32_t expected,
                clock::time_point until) noexcept;
  /// Wakes up to `count` of those who sleep here on `word`, those due first before others. @returns how many.
  int wake(const std::atomic<std::uint32_t>& word, int count) noexcept;

  /// @returns when the first sleeper is due; max() if there is none.
  [[nodiscard]] clock::time_point next_due() const noexcept;
  /// Moves the time, never back, and then wakes the due sleepers in the order of their times.
  void move_to(clock::time_point time) noexcept;
  void wake_due() noexcept;

  /// The timekeeper tells how many timers are armed that go by this time.
  void count_timers(std::size_t armed) noexcept;
  void wait_for_sleepers(std::size_t count) noexcept;

  /// Held for the whole of an advance.
  [[nodiscard]] std::mutex& advancing() noexcept { return advancing_; }

 private:
  struct sleeper;

  virtual_time() = default;
  void dismiss(sleeper& who, outcome how) noexcept;

  // The time, in ticks of the clock.
  //   written  by begin() and move_to(), under lock_.
  //   read     by now(), by any thread.
  //   order    release / acquire: who sees a time sees what was done before the clock was moved to it.
  std::atomic<clock::rep> now_{0};

  std::mutex advancing_;
  mutable std::mutex lock_;
  std::condition_variable more_;  // a sleeper or a timer came
  bool lives_ = false;            // guarded by lock_, as is the rest
  site made_at_;
  sleeper* first_ = nullptr;  // by time, then by arrival
  std::size_t sleepers_ = 0;
  std::size_t timers_ = 0;
};

}  // namespace covey::runtime
