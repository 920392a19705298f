// SPDX-License-Identifier: Apache-2.0
// Ctrl-C as a stop request: SIGINT and SIGTERM are received by a thread, never by a signal handler.
#pragma once

#include <covey/nursery.hpp>

#include <atomic>
#include <csignal>
#include <thread>

namespace support {

/// Blocks SIGINT and SIGTERM in the calling thread and in all that it starts; one that is ignored (nohup) stays so.
/// To be called before the first thread is started. @returns the signals that were blocked here.
[[nodiscard]] sigset_t block_stop_signals();

/// While it lives, the first of the signals stops the nursery; the second one kills the process as usual.
/// Declared after the nursery, and so destroyed before it.
class stop_on_signal {
 public:
  /// @throws std::system_error if the system has no file descriptor or thread left.
  stop_on_signal(const sigset_t& signals, covey::nursery& to_stop);
  stop_on_signal(const stop_on_signal&) = delete;
  stop_on_signal& operator=(const stop_on_signal&) = delete;
  ~stop_on_signal();

  /// @returns the number of the signal that came, or zero.
  [[nodiscard]] int caught() const noexcept { return caught_.load(std::memory_order_relaxed); }

 private:
  void watch(const sigset_t& signals, covey::nursery& to_stop);

  int signals_;
  int end_;  // becomes readable when the watcher is to end
  // Written by the watcher, read by the thread that ends the job; it is only shown.
  std::atomic<int> caught_{0};
  std::thread watcher_;
};

}  // namespace support
