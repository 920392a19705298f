// SPDX-License-Identifier: Apache-2.0
// Escapes that every terminal of the last thirty years knows.

#include "screen.hpp"

#include <cerrno>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace top {

namespace {

constexpr std::string_view other_page = "\033[?1049h\033[?25l";
constexpr std::string_view own_page = "\033[?25h\033[?1049l";

void put(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return;  // the terminal is gone; SIGHUP says so too
    }
    text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
}

}  // namespace

void screen::enter() {
  if (entered_) {
    return;
  }
  has_keys_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
  if (has_keys_) {
    termios keys = before_;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &keys);
  }
  put(other_page);
  entered_ = true;
}

void screen::leave() noexcept {
  if (!entered_) {
    return;
  }
  entered_ = false;
  put(own_page);
  if (has_keys_) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
}

screen_size screen::size() const noexcept {
  winsize now{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) != 0 || now.ws_col == 0 || now.ws_row == 0) {
    return {};
  }
  return {now.ws_col, now.ws_row};
}

void screen::draw(const screenful& shown) const {
  const std::vector<std::string>& lines = shown.lines;
  std::string text = "\033[H";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // Erased before it is written: after a line of full width the cursor still stands on its last column.
    text += i == 0 ? "\033[K" : "\r\n\033[K";
    text += i == shown.headings || i == shown.cursor ? "\033[7m" + lines[i] + "\033[0m" : lines[i];
  }
  // What is below; not the rest of the last line, whose last column it could be.
  text += lines.size() < size().lines ? "\r\n\033[J" : "";
  put(text);
}

}  // namespace top
