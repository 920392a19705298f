// SPDX-License-Identifier: Apache-2.0
// The one timer thread of the process: calls what is armed when its time has come.
#pragma once

#include <covey/policy.hpp>

#include <cstddef>
#include <cstdint>

namespace covey::runtime {

/// Which clock a timer goes by.
enum class time_base : std::uint8_t {
  current,  ///< the virtual clock while one lives: deadlines
  steady    ///< the steady clock always: guards of the engine, such as the starvation tick
};

/// One timer. Lives in its owner; nothing is allocated for it. `fire` runs on the timer thread, one at a time in the
/// process, so it must be short. It may arm and disarm timers, itself included, and may end the life of its own timer
/// if that is not armed.
struct timer {
  void (*fire)(timer* self) noexcept = nullptr;
  time_base base = time_base::current;  ///< not to be changed while armed

  // For the timekeeper, guarded by its lock.
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  clock::time_point due{};
  std::uint64_t order = 0;           ///< ties fire in the order in which they were armed
  std::size_t heap_index = nowhere;  ///< index in the heap
  /// Threads in disarm(): a fire that runs meanwhile cannot arm this timer again.
  std::uint32_t disarming = 0;
};

/// Thread safety: any thread may call any member at any time. The thread is started by the first arm() and sleeps, without
/// polling, until something is due; before that nothing exists. It is never joined: it ends with the process, and what
/// it uses is never destroyed.
class timekeeper {
 public:
  /// Lets `t` fire once when its clock reaches `due`, at once if that has passed; an armed timer is moved, both ways.
  /// From inside its own callback this neither allocates nor throws.
  /// @throws std::bad_alloc; pool_error with the system's code when the thread cannot be started, and in a forked child of
  /// a process that had timers. The timer is then as it was.
  /// Complexity: O(log n); a system call only when the thread must wake earlier than it meant to.
  static void arm(timer& t, clock::time_point due);

  /// After it returns `t` is not armed and its callback is not running: it may be destroyed. Blocks while the callback
  /// runs on the timer thread; from inside that callback it returns at once.
  static void disarm(timer& t) noexcept;

  /// @returns the earliest time at which a timer of the base `current` is due; max() if there is none.
  [[nodiscard]] static clock::time_point next_due() noexcept;

  /// For the virtual clock: returns when every timer of the base `current` that is due by now() has fired, and its
  /// callback has finished.
  static void finish_due() noexcept;
  /// For the virtual clock: the current clock was exchanged.
  static void clock_changed() noexcept;
  /// @returns true on the timer thread.
  [[nodiscard]] static bool on_timer_thread() noexcept;
};

}  // namespace covey::runtime
