// SPDX-License-Identifier: Apache-2.0
// Text of unknown origin for terminals, logs and pages: what could command them is shown as \xNN. The library and all
// tools and examples use it; it needs nothing but the standard library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace covey::runtime {

/// @returns the code point of a whole and valid character of UTF-8 at the start of the text, and its length in bytes;
/// length zero if there is none. Overlong forms, surrogates and what lies beyond U+10FFFF are not valid.
struct utf8_character {
  std::uint32_t point = 0;
  std::size_t length = 0;

  /// @pre the text is not empty
  [[nodiscard]] static constexpr utf8_character at_start_of(std::string_view text) noexcept {
    const auto byte = [text](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
    const std::uint32_t first = byte(0);
    if (first < 0x80U) {
      return {first, 1};
    }
    const std::size_t length = first >= 0xF0U ? 4U : first >= 0xE0U ? 3U : 2U;
    if (first < 0xC2U || first > 0xF4U || text.size() < length) {
      return {};
    }
    std::uint32_t point = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(i) & 0xC0U) != 0x80U) {
        return {};
      }
      point = point << 6U | (byte(i) & 0x3FU);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = point >= 0xD800U && point <= 0xDFFFU;
    return point < least[length] || surrogate || point > 0x10FFFFU ? utf8_character{}
                                                                   : utf8_character{point, length};
  }
};

/// Controls that terminals obey (C0, DEL, C1), ends of lines and paragraphs, and marks that change the direction of
/// what follows: a name with one of them could make a line say something else.
[[nodiscard]] constexpr bool is_command(std::uint32_t point) noexcept {
  return point < 0x20U || (point >= 0x7FU && point <= 0x9FU) || point == 0x061CU ||
         point == 0x200EU || point == 0x200FU || (point >= 0x2028U && point <= 0x202EU) ||
         (point >= 0x2066U && point <= 0x2069U);
}

/// @returns the length of the printable character at the start of the text, or zero. Async-signal-safe.
/// @pre the text is not empty
[[nodiscard]] constexpr std::size_t printable_length(std::string_view text) noexcept {
  const utf8_character first = utf8_character::at_start_of(text);
  return is_command(first.point) ? 0 : first.length;
}

/// Appends one character of the text: as it is, or its first byte as \xNN. @returns the bytes that it took.
/// @pre the text is not empty
inline std::size_t append_printable(std::string& out, std::string_view text) {
  const std::size_t length = printable_length(text);
  if (length != 0) {
    out += text.substr(0, length);
    return length;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  const auto value = static_cast<std::uint8_t>(text.front());
  out += "\\x";
  out += digits[value >> 4U];
  out += digits[value & 0xFU];
  return 1;
}

/// @returns the text in one line: what is not printable, ends of lines among it, as \xNN.
[[nodiscard]] inline std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    text.remove_prefix(append_printable(out, text));
  }
  return out;
}

}  // namespace covey::runtime
