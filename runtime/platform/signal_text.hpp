// SPDX-License-Identifier: Apache-2.0
// Text on stderr from inside signal handlers: no memory is taken, no lock.
#pragma once

#include "text/printable.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

namespace covey::runtime {

// Collects a line, and writes it out at its end.
class signal_text {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): a line begins empty
  signal_text() noexcept {}
  signal_text(const signal_text&) = delete;
  signal_text& operator=(const signal_text&) = delete;
  ~signal_text() { flush(); }

  signal_text& operator<<(std::string_view text) noexcept {
    for (const char c : text) {
      put(c);
    }
    return *this;
  }
  signal_text& operator<<(std::uint64_t number) noexcept { return put_number(number, 10); }
  signal_text& hex(std::uint64_t number) noexcept {
    *this << "0x";
    return put_number(number, 16);
  }
  // In quotes, with everything escaped that is not fit for a terminal.
  signal_text& quoted(std::string_view text) noexcept {
    put('\'');
    while (!text.empty()) {
      const std::size_t length = printable_length(text);
      if (length == 0) {
        *this << "\\x";
        put(digit(static_cast<std::uint8_t>(text.front()) >> 4U));
        put(digit(static_cast<std::uint8_t>(text.front()) & 0xFU));
        text.remove_prefix(1);
        continue;
      }
      if (text.front() == '\'' || text.front() == '\\') {
        put('\\');
      }
      *this << text.substr(0, length);
      text.remove_prefix(length);
    }
    put('\'');
    return *this;
  }
  void end_line() noexcept {
    put('\n');
    flush();
  }

 private:
  static constexpr char digit(unsigned value) noexcept { return "0123456789abcdef"[value]; }

  signal_text& put_number(std::uint64_t number, unsigned base) noexcept {
    char digits[20];
    std::size_t count = 0;
    do {
      digits[count++] = digit(static_cast<unsigned>(number % base));
      number /= base;
    } while (number != 0);
    while (count > 0) {
      put(digits[--count]);
    }
    return *this;
  }
  void put(char c) noexcept {
    if (used_ == sizeof(line_)) {
      flush();
    }
    line_[used_++] = c;
  }
  // A plain system call: write() is a cancellation point.
  void flush() noexcept {
    std::size_t done = 0;
    while (done < used_) {
      const long wrote = ::syscall(SYS_write, STDERR_FILENO, line_ + done, used_ - done);
      if (wrote < 0 && errno != EINTR) {
        break;  // there is nobody left to tell
      }
      done += static_cast<std::size_t>(wrote > 0 ? wrote : 0);
    }
    used_ = 0;
  }

  char line_[512];
  std::size_t used_ = 0;
};

}  // namespace covey::runtime
