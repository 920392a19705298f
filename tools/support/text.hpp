// SPDX-License-Identifier: Apache-2.0
// Numbers and bytes as text.
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

namespace support {

/// @returns the number with so many digits after the point.
[[nodiscard]] inline std::string fixed(double value, int digits) {
  char text[352];  // the longest double, 309 digits, a point and what anybody asks for here
  const int size = std::snprintf(text, sizeof text, "%.*f", digits, value);
  return {text, static_cast<std::size_t>(size)};
}

[[nodiscard]] inline std::string hexadecimal(std::span<const unsigned char> bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
  }
  return text;
}

/// @returns count and word, such as "1 file" or "2 files".
[[nodiscard]] inline std::string counted(std::uint64_t count, const char* word) {
  return std::to_string(count) + ' ' + word + (count == 1 ? "" : "s");
}

/// @returns work by time, and zero when no time has passed.
[[nodiscard]] inline double rate(double work, double seconds) {
  return seconds > 0 ? work / seconds : 0;
}

}  // namespace support
