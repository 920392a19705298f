// SPDX-License-Identifier: Apache-2.0
// What the live view waits for: keys, signals, and the end of the process that it watches.
#pragma once

#include <chrono>
#include <csignal>
#include <optional>

namespace top {

enum class event { time_is_up, key, resized, stopped_by_user, quit, process_ended };

class events {
 public:
  /// Blocks the signals that it reports. @throws problem if the system has no descriptor left.
  explicit events(int process);
  events(const events&) = delete;
  events& operator=(const events&) = delete;
  ~events();

  /// @returns the next one; key() is the key then.
  [[nodiscard]] event wait_until(std::chrono::steady_clock::time_point until);
  [[nodiscard]] char key() const noexcept { return key_; }

 private:
  [[nodiscard]] std::optional<event> read_signal() const;
  [[nodiscard]] std::optional<event> read_key();

  sigset_t before_{};
  int signals_ = -1;
  int process_ = -1;  // -1 where the kernel is too old: then the next look finds out
  int keys_ = -1;     // -1: standard input is no terminal, or has ended
  char key_ = 0;
};

}  // namespace top
