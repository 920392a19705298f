// SPDX-License-Identifier: Apache-2.0
// The text of the progress line.

#include "progress.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <optional>

namespace digest {

using support::counted;
using support::fixed;
using support::rate;

progress::progress(bool shown, std::chrono::duration<double> interval) : line_(shown, interval) {
}

void progress::looking() {
  line_.show([] { return std::string("looking for files ..."); });
}

void progress::expect(std::uint64_t bytes) noexcept {
  bytes_ = bytes;
  bytes_done_.store(0, std::memory_order_relaxed);
}

void progress::add_bytes(std::size_t count) noexcept {
  bytes_done_.fetch_add(count, std::memory_order_relaxed);
}

void progress::attach_to(covey::batch_options& options) {
  if (line_.shown()) {
    options.progress_rate = line_.calls_per_second();
    options.progress = [this](const covey::batch_progress& files) {
      line_.show([&] { return text(files); });
    };
  }
}

std::string progress::text(const covey::batch_progress& files) const {
  const auto bytes = static_cast<double>(bytes_);
  const auto bytes_done = static_cast<double>(bytes_done_.load(std::memory_order_relaxed));
  const double seconds = std::chrono::duration<double>(files.elapsed).count();

  // Files grow while they are read, and those below /proc have no size at all.
  const double part = bytes > 0 ? std::min(1.0, bytes_done / bytes) : 1.0;
  const std::string text = std::to_string(files.done) + " of " +
                           counted(files.total.value_or(0), "file") + "  " +
                           fixed(rate(bytes_done, seconds) / 1e6, 1) + " MB/s  " +
                           fixed(rate(static_cast<double>(files.done), seconds), 0) + " files/s";
  return support::progress_line(
      part, text, bytes_done > 0 ? std::optional(seconds * (1 - part) / part) : std::nullopt);
}

}  // namespace digest
