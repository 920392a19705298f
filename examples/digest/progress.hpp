// SPDX-License-Identifier: Apache-2.0
// How far the work is: counters that the children add to, and the child that shows them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace digest {

/// Shared by all children. The counters are only shown; what the program decides upon is in the results.
class progress {
 public:
  /// @param interval between two lines; zero: what suits a terminal, or a file.
  progress(bool shown, std::chrono::duration<double> interval);

  void expect(std::uint64_t files, std::uint64_t bytes) noexcept;
  void add_bytes(std::size_t count) noexcept;
  void add_file() noexcept;

  /// Draws until the nursery of the calling task is stopped. To be run as a child.
  void show();

 private:
  void draw();
  [[nodiscard]] std::string line() const;

  using steady = std::chrono::steady_clock;
  bool shown_;
  bool terminal_;
  std::chrono::duration<double> interval_;
  // Written once, before the files are spawned, by the thread that walks; read by show(). Relaxed throughout: nothing
  // else is read on their word. The start is a count of the steady clock.
  std::atomic<std::uint64_t> files_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<steady::rep> start_{0};
  // Added to by every child, once for each chunk or file; a line of their own, so that the others stay readable cheaply.
  alignas(64) std::atomic<std::uint64_t> bytes_done_{0};
  std::atomic<std::uint64_t> files_done_{0};
};

}  // namespace digest
