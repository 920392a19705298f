// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and termination as a stop request: while a scope lasts, SIGINT and SIGTERM stop a nursery.
#pragma once

#include <covey/config.hpp>
#include <covey/nursery.hpp>
#include <covey/nursery_box.hpp>
#include <covey/task_info.hpp>

#include <csignal>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace covey {

/// While it lives, the first of its signals asks a nursery to stop (the text of the stop is the signal's name); from then
/// on all of them have their default action, so that the second Ctrl-C ends the process.
///
/// Declare it after the nursery and call join() before the end of the block, so that it lives while the nursery waits:
/// ```
/// covey::nursery job;
/// const covey::stop_on_signal on_signal(job);
/// …
/// job.join();  // returns when Ctrl-C stopped it; on_signal.caught() tells
/// ```
/// A signal that is ignored when it begins stays ignored (nohup). The actions that it found are in force again after its
/// end, also when a signal came. The handler touches nothing but words of its own and a descriptor (async-signal-safe);
/// a thread that waits there asks the nursery to stop. System calls of other threads are not interrupted (SA_RESTART).
/// In a process that is forked meanwhile the signals have their default action.
///
/// One at a time in a process. Programs that block these signals in all threads to wait for them go on to do so instead.
/// Thread safety: caught() may be called from any thread and, as it is lock-free, from signal handlers.
class [[nodiscard]] COVEY_API stop_on_signal {
 public:
  /// @param to_stop  must outlive this object
  /// @param signals  at most 8 of those that a handler can catch
  /// @throws structure_error when there is one already, naming both sites; std::invalid_argument for a signal that cannot
  ///         be caught, or too many; std::system_error when the system has no descriptor or thread left. Then no action
  ///         of any signal has changed.
  explicit stop_on_signal(nursery& to_stop,
                          std::initializer_list<int> signals = {SIGINT, SIGTERM},
                          site where = site::current())
      : stop_on_signal({&to_stop, &stop_this<nursery>}, signals, where) {}
  /// The same for a box.
  explicit stop_on_signal(nursery_box& to_stop,
                          std::initializer_list<int> signals = {SIGINT, SIGTERM},
                          site where = site::current())
      : stop_on_signal({&to_stop, &stop_this<nursery_box>}, signals, where) {}
  stop_on_signal(stop_on_signal&&) = delete;
  stop_on_signal& operator=(stop_on_signal&&) = delete;
  /// Afterwards nothing stops the nursery any more. Waits for a stop that is on its way, its callbacks included.
  ~stop_on_signal();

  /// @returns the number of the signal that came, or zero.
  [[nodiscard]] int caught() const noexcept;

 private:
  struct state;
  // What to stop, without its type.
  struct target {
    void* it;
    void (*stop)(void* it, std::string_view text, site where);
  };
  template <class Nursery>
  static void stop_this(void* it, std::string_view text, site where) {
    static_cast<Nursery*>(it)->stop(text, where);
  }
  stop_on_signal(target what, std::initializer_list<int> signals, site where);

  std::unique_ptr<state> state_;
};

}  // namespace covey
