// SPDX-License-Identifier: Apache-2.0
// Formats of libfmt.

#include "support/text.hpp"

#include "text/printable_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace support {

namespace {

/// Two units, such as "5m07s".
std::string two_units(std::int64_t seconds, std::int64_t unit, const char* name, const char* next) {
  const std::int64_t part = unit == 86400 ? 3600 : unit / 60;
  return fmt::format("{}{}{:02}{}", seconds / unit, name, seconds % unit / part, next);
}

}  // namespace

std::string duration(std::chrono::nanoseconds time) {
  const std::int64_t whole = time.count();
  if (whole < 0) {
    // The least one has no opposite.
    return '-' + duration(-std::max(time, -std::chrono::nanoseconds::max()));
  }
  struct unit {
    double size;
    double most;  // where three digits would be rounded up to the next unit
    const char* name;
  };
  constexpr std::array<unit, 4> units{
      {{1, 999.5, "ns"}, {1e3, 999.5, "µs"}, {1e6, 999.5, "ms"}, {1e9, 59.95, "s"}}};
  for (const auto& [size, most, name] : units) {
    if (const double many = static_cast<double>(whole) / size; many < most) {
      return fmt::format("{:.3g} {}", many, name);
    }
  }
  const std::int64_t seconds = (whole / 100'000'000 + 5) / 10;
  if (seconds < 3600) {
    return two_units(seconds, 60, "m", "s");
  }
  if (seconds < 86400) {
    return two_units(seconds, 3600, "h", "m");
  }
  constexpr std::int64_t hundred_days = 8'640'000;
  return seconds < hundred_days ? two_units(seconds, 86400, "d", "h")
                                : fmt::format("{}d", seconds / 86400);
}

std::string fixed(double value, int digits) {
  return fmt::format("{:.{}f}", value, digits);
}

std::string short_number(double value) {
  constexpr std::array<const char*, 5> units{"", "k", "M", "G", "T"};
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f}{}", value, unit == 0 ? 0 : 1, units[unit]);
}

std::string hexadecimal(std::span<const unsigned char> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

std::string counted(std::uint64_t count, const char* word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : covey::runtime::printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace support
