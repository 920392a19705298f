// SPDX-License-Identifier: Apache-2.0
// A line on standard error that tells how far the work is: redrawn on a terminal, added every few seconds elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace support {

/// @returns a line such as "[######..................] 25 %  1 of 4 files  ETA 2m05s".
/// @param left seconds; no ETA if there are none, or the work is done
[[nodiscard]] std::string progress_line(double part,
                                        const std::string& text,
                                        std::optional<double> left);

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
