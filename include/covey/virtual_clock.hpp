// SPDX-License-Identifier: Apache-2.0
// A clock for tests: while it lives, the deadlines, timers and sleeps of covey go by a time that only the test moves.
#pragma once

#include <covey/config.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <cstddef>

namespace covey {

/// Takes covey's time in hand, so that a test of deadlines needs neither sleeping nor luck:
/// ```
/// covey::virtual_clock time;
/// covey::nursery kids{{.timeout = 2s}};
/// kids.run([] { covey::this_task::sleep_for(1h); });
/// time.wait_for_sleepers(2);                    // the sleeper, and the timer of the deadline
/// time.advance(2s);                             // the deadline has fired
/// EXPECT_THROW(kids.join(), covey::timeout_error);
/// ```
/// It starts at the present time of the steady clock and stands still until it is advanced. Construct it before the work
/// whose time it shall move, and destroy it after that work: what sleeps over its end goes by the steady clock again.
/// The starvation guard of the pools goes by the steady clock always.
///
/// Thread safety: any thread may call any member; concurrent advances run one after the other.
class COVEY_API virtual_clock {
 public:
  /// @throws structure_error if another virtual_clock lives, naming both sites.
  explicit virtual_clock(covey::site where = covey::site::current());
  ~virtual_clock();
  virtual_clock(const virtual_clock&) = delete;
  virtual_clock& operator=(const virtual_clock&) = delete;

  [[nodiscard]] clock::time_point now() const noexcept;

  /// Moves the time on by `by`. On the way, in the order of their times, due timers fire and due sleepers are woken, each
  /// at its own time; those that timers arm on the way are served too. When it returns, the callbacks of the timers have
  /// finished; the sleepers have been woken, which is not to say that they have run.
  /// @throws std::invalid_argument for a negative or a missing duration.
  /// @throws structure_error when called from inside a timer's callback (a stop callback that a deadline runs).
  void advance(time_limit by);
  /// Moves the time on to `until`; a time that has passed is no error and moves nothing.
  /// @throws structure_error as advance().
  void advance_to(clock::time_point until);

  /// Blocks until at least `count` sleeps with a deadline and armed timers exist, taken together.
  void wait_for_sleepers(std::size_t count) const;
};

}  // namespace covey
