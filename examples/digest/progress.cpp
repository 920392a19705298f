// SPDX-License-Identifier: Apache-2.0
// One line on standard error: redrawn on a terminal, added every few seconds elsewhere.

#include "progress.hpp"

#include "text.hpp"

#include <covey/this_task.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace digest {
namespace {

std::string minutes_and_seconds(double seconds) {
  const auto whole = std::lround(std::min(seconds, 359'999.0));
  const std::string rest = std::to_string(whole % 60);
  return std::to_string(whole / 60) + (rest.size() < 2 ? ":0" : ":") + rest;
}

std::string bar(double part) {
  constexpr std::size_t width = 24;
  const auto full = std::min(width, static_cast<std::size_t>(part * static_cast<double>(width)));
  return '[' + std::string(full, '#') + std::string(width - full, '.') + ']';
}

}  // namespace

progress::progress(bool shown, std::chrono::duration<double> interval)
    : shown_(shown),
      terminal_(::isatty(STDERR_FILENO) == 1),
      interval_(interval) {
  if (interval_.count() <= 0) {
    interval_ = std::chrono::duration<double>(terminal_ ? 0.2 : 5.0);
  }
}

void progress::expect(std::uint64_t files, std::uint64_t bytes) noexcept {
  files_.store(files, std::memory_order_relaxed);
  bytes_.store(bytes, std::memory_order_relaxed);
  start_.store(steady::now().time_since_epoch().count(), std::memory_order_relaxed);
}

void progress::add_bytes(std::size_t count) noexcept {
  bytes_done_.fetch_add(count, std::memory_order_relaxed);
}

void progress::add_file() noexcept {
  files_done_.fetch_add(1, std::memory_order_relaxed);
}

void progress::show() {
  if (!shown_) {
    return;
  }
  try {
    for (;;) {
      covey::this_task::sleep_for(interval_);
      covey::this_task::checkpoint();
      draw();
    }
  } catch (
      ...) {  // a stop, which is the usual end, or no memory for the line: leave a clean terminal either way
    if (terminal_) {
      std::fputs("\r\033[K", stderr);
    }
    throw;
  }
}

void progress::draw() {
  const std::string text = terminal_ ? "\r\033[K" + line() : line() + '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

std::string progress::line() const {
  const steady::rep start = start_.load(std::memory_order_relaxed);
  if (start == 0) {
    return "looking for files ...";
  }
  const auto files = files_.load(std::memory_order_relaxed);
  const auto files_done = files_done_.load(std::memory_order_relaxed);
  const auto bytes = static_cast<double>(bytes_.load(std::memory_order_relaxed));
  const auto bytes_done = static_cast<double>(bytes_done_.load(std::memory_order_relaxed));
  const double seconds =
      std::chrono::duration<double>(steady::now().time_since_epoch() - steady::duration(start))
          .count();

  // Files grow while they are read, and those below /proc have no size at all.
  const double part = bytes > 0 ? std::min(1.0, bytes_done / bytes) : 1.0;
  std::string text = bar(part) + ' ' + fixed(100 * part, 0) + " %  ";
  text += std::to_string(files_done) + " of " + counted(files, "file") + "  ";
  text += fixed(rate(bytes_done, seconds) / 1e6, 1) + " MB/s  ";
  text += fixed(rate(static_cast<double>(files_done), seconds), 0) + " files/s";
  if (bytes_done > 0 && part < 1) {
    text += "  ETA " + minutes_and_seconds(seconds * (1 - part) / part);
  }
  return text;
}

}  // namespace digest
