// SPDX-License-Identifier: Apache-2.0
// A line on standard error that tells how far the work is: redrawn on a terminal, added every few seconds elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace support {

/// @returns a bar that is filled to that part of its width, such as "[######..................]".
[[nodiscard]] std::string bar(double part);
/// @returns minutes and seconds, such as "2:05".
[[nodiscard]] std::string minutes_and_seconds(double seconds);

/// Used by one thread at a time, as batches call their progress function.
class progress_bar {
 public:
  /// @param interval between two lines; zero: what suits a terminal, or a file.
  progress_bar(bool shown, std::chrono::duration<double> interval);
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  /// As clear().
  ~progress_bar();

  [[nodiscard]] bool shown() const noexcept { return shown_; }
  /// How often a batch has to call so that the lines come in time: covey::batch_options::progress_rate.
  [[nodiscard]] std::int64_t calls_per_second() const noexcept;
  /// Draws the line if one is due; only then it is made.
  void show(const std::function<std::string()>& line);
  /// Leaves a clean terminal.
  void clear() noexcept;

 private:
  using steady = std::chrono::steady_clock;
  bool shown_;
  bool terminal_;
  bool drawn_ = false;  // there is a line on the terminal
  std::chrono::duration<double> interval_;
  steady::time_point last_ = steady::now();
};

}  // namespace support
