// SPDX-License-Identifier: Apache-2.0
// Numbers, times and bytes as people read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace support {

/// @returns such as "999 ns", "1.23 µs", "12.3 ms", "3.4 s", "5m07s", "2h05m", "3d04h", "120d": three digits, at most
///          seven columns, and a "-" before what is negative.
[[nodiscard]] std::string duration(std::chrono::nanoseconds time);
/// @returns the number with so many digits after the point.
[[nodiscard]] std::string fixed(double value, int digits);
/// @returns such as "17", "1.2k", "34.5M".
[[nodiscard]] std::string short_number(double value);
[[nodiscard]] std::string hexadecimal(std::span<const unsigned char> bytes);
/// @returns count and word, such as "1 file" or "2 files".
[[nodiscard]] std::string counted(std::uint64_t count, const char* word);

/// @returns work by time, and zero when no time has passed.
[[nodiscard]] inline double rate(double work, double seconds) {
  return seconds > 0 ? work / seconds : 0;
}

/// @returns the text as it is safe in HTML and SVG, in attributes, too; what is not printable as \xNN.
[[nodiscard]] std::string html(std::string_view text);

}  // namespace support
