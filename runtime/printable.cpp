// SPDX-License-Identifier: Apache-2.0
// Text of unknown origin, made fit for a terminal or a log.
#include "printable.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace covey::runtime {
namespace {

constexpr std::uint8_t byte_at(std::string_view text, std::size_t index) noexcept {
  return static_cast<std::uint8_t>(text[index]);
}

struct utf8_form {
  std::size_t length;
  std::uint8_t
      second_min;  // the second byte excludes overlong forms, surrogates and what lies beyond U+10FFFF
  std::uint8_t second_max;
};

constexpr utf8_form form_of(std::uint8_t first) noexcept {
  if (first >= 0xC2U && first <= 0xDFU) {
    // C2 80 … C2 9F are control characters that terminals obey.
    return {2, static_cast<std::uint8_t>(first == 0xC2U ? 0xA0U : 0x80U), 0xBFU};
  }
  if (first >= 0xE0U && first <= 0xEFU) {
    return {3,
            static_cast<std::uint8_t>(first == 0xE0U ? 0xA0U : 0x80U),
            static_cast<std::uint8_t>(first == 0xEDU ? 0x9FU : 0xBFU)};
  }
  if (first >= 0xF0U && first <= 0xF4U) {
    return {4,
            static_cast<std::uint8_t>(first == 0xF0U ? 0x90U : 0x80U),
            static_cast<std::uint8_t>(first == 0xF4U ? 0x8FU : 0xBFU)};
  }
  return {0, 0, 0};
}

}  // namespace

std::size_t printable_length(std::string_view text) noexcept {
  const std::uint8_t first = byte_at(text, 0);
  if (first < 0x80U) {
    return first >= 0x20U && first != 0x7FU ? 1 : 0;
  }
  const utf8_form form = form_of(first);
  if (form.length == 0 || text.size() < form.length || byte_at(text, 1) < form.second_min ||
      byte_at(text, 1) > form.second_max) {
    return 0;
  }
  for (std::size_t i = 2; i < form.length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  return form.length;
}

namespace {

void append_hex(std::string& out, char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto value = static_cast<std::uint8_t>(byte);
  out += "\\x";
  out += digits[value >> 4U];
  out += digits[value & 0xFU];
}

/// Appends one character of the text. @returns the bytes it took.
std::size_t append_character(std::string& out, std::string_view text) {
  const std::size_t length = printable_length(text);
  if (length == 0) {
    append_hex(out, text.front());
    return 1;
  }
  out += text.substr(0, length);
  return length;
}

constexpr char short_escape(char byte) noexcept {
  switch (byte) {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\'':
    case '\\':
      return byte;
    default:
      return '\0';
  }
}

}  // namespace

void append_message(std::string& out,
                    std::string_view text,
                    std::size_t limit,
                    std::string_view indent) {
  std::size_t done = 0;
  while (done < text.size() && done < limit) {
    const std::string_view rest = text.substr(done);
    if (rest.front() == '\n') {
      out += '\n';
      out += indent;
      ++done;
    } else if (rest.front() == '\t') {
      out += '\t';
      ++done;
    } else {
      done += append_character(out, rest);
    }
  }
  if (done < text.size()) {
    out += "... (" + std::to_string(text.size() - done) + " bytes more)";
  }
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char first = text.front();
    std::size_t taken = 1;
    if (first == '"' || first == '\\') {
      out += '\\';
      out += first;
    } else if (byte_at(text, 0) < 0x20U) {
      constexpr std::string_view digits = "0123456789abcdef";
      out += "\\u00";
      out += digits[byte_at(text, 0) >> 4U];
      out += digits[byte_at(text, 0) & 0xFU];
    } else {
      if (printable_length(text) == 0) {
        out += '\\';  // and one more from append_hex()
      }
      taken = append_character(out, text);
    }
    text.remove_prefix(taken);
  }
  out += '"';
}

void append_nursery(std::string& out, const label& name) {
  if (name.empty()) {
    out += "an unnamed nursery";
  } else {
    out += "nursery " + quoted(name.view());
  }
}

void append_task(std::string& out, const label& name) {
  out += name.empty() ? "an unnamed child" : quoted(name.view());
}

}  // namespace covey::runtime

namespace covey {

std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '\'';
  while (!text.empty()) {
    if (const char escape = runtime::short_escape(text.front()); escape != '\0') {
      out += '\\';
      out += escape;
      text.remove_prefix(1);
    } else {
      text.remove_prefix(runtime::append_character(out, text));
    }
  }
  out += '\'';
  return out;
}

}  // namespace covey
