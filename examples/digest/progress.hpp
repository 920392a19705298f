// SPDX-License-Identifier: Apache-2.0
// How far the work is, in files and bytes: what the batch knows, and the bytes that the items count themselves.
#pragma once

#include "support/progress_bar.hpp"

#include <covey/batch.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace digest {

/// The bytes are shared by all items; the rest is used by one thread at a time. What is counted here is only shown; what
/// the program decides upon is in the results.
class progress {
 public:
  /// @param interval between two lines; zero: what suits a terminal, or a file.
  progress(bool shown, std::chrono::duration<double> interval);

  /// While the files are looked for.
  void looking();
  /// Before the batch starts.
  void expect(std::uint64_t bytes) noexcept;
  void add_bytes(std::size_t count) noexcept;
  /// Sets the options of a batch so that the progress is shown while it runs.
  void attach_to(covey::batch_options& options);
  /// After it.
  void finish() noexcept { line_.clear(); }

 private:
  [[nodiscard]] std::string text(const covey::batch_progress& files) const;

  support::progress_bar line_;
  std::uint64_t bytes_ = 0;
  // Added to by every item, once for each chunk; read when a line is drawn. Relaxed: nothing else is read on its word.
  std::atomic<std::uint64_t> bytes_done_{0};
};

}  // namespace digest
