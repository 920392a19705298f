// SPDX-License-Identifier: Apache-2.0
// Draws with carriage return and "erase to the end of the line", which every terminal knows.

#include "support/progress_bar.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace support {

std::string progress_line(double part, const std::string& text, std::optional<double> left) {
  constexpr std::size_t width = 24;
  const double inside = std::clamp(part, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(inside * static_cast<double>(width));
  std::string line =
      fmt::format("[{:#>{}}{:.>{}}] {:.0f} %  {}", "", full, "", width - full, 100 * inside, text);
  if (left && inside < 1) {
    constexpr double most = 1e9;
    const auto seconds = std::chrono::seconds(std::llround(std::clamp(*left, 1.0, most)));
    line += "  ETA " + duration(seconds);
  }
  return line;
}

progress_bar::progress_bar(bool shown, std::chrono::duration<double> interval)
    : shown_(shown),
      terminal_(::isatty(STDERR_FILENO) == 1),
      interval_(interval) {
  if (interval_.count() <= 0) {
    interval_ = std::chrono::duration<double>(terminal_ ? 0.2 : 5.0);
  }
}

progress_bar::~progress_bar() {
  clear();
}

std::int64_t progress_bar::calls_per_second() const noexcept {
  // More often than lines are due, so that none comes much later than it should.
  return std::clamp<std::int64_t>(std::lround(2 / interval_.count()), 10, 1000);
}

void progress_bar::show(const std::function<std::string()>& line) {
  const steady::time_point now = steady::now();
  if (!shown_ || now - last_ < interval_) {
    return;
  }
  last_ = now;
  const std::string text = terminal_ ? "\r\033[K" + line() : line() + '\n';
  drawn_ = terminal_;
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void progress_bar::clear() noexcept {
  if (drawn_) {
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    drawn_ = false;
  }
}

}  // namespace support
