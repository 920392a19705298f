// SPDX-License-Identifier: Apache-2.0
// Times, shares and names as people read them.

#include "words.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace trace_tool {

namespace {

[[nodiscard]] bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20U || c == '\x7F';
}

// Bytes that continue a character take no place on the screen.
[[nodiscard]] bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string fixed(double value, int digits) {
  std::array<char, 352> text{};  // the longest double, 309 digits, and what is asked for here
  const int size = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string duration(std::int64_t ns) {
  struct unit {
    double size;
    const char* name;
  };
  constexpr std::array<unit, 4> units{{{1e9, " s"}, {1e6, " ms"}, {1e3, " µs"}, {1, " ns"}}};
  const auto value = static_cast<double>(ns);
  for (const auto& [size, name] : units) {
    const double many = value / size;
    if (std::abs(many) >= 1 || size == 1) {
      const int digits = size == 1 ? 0 : std::abs(many) < 10 ? 2 : std::abs(many) < 100 ? 1 : 0;
      return fixed(many, digits) + name;
    }
  }
  return "0 ns";
}

std::string share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? fixed(100.0 * static_cast<double>(part) / static_cast<double>(whole), 1) + " %"
                   : "-";
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
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
        out += is_control(c) ? '?' : c;
    }
  }
  return out;
}

std::string column(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t shown = 0;
  std::size_t total = 0;
  for (const char c : text) {
    total += continues(c) ? 0U : 1U;
  }
  for (const char c : text) {
    if (!continues(c)) {
      if (total > width && shown + 1 == width) {
        return out + '~';
      }
      ++shown;
    }
    out += is_control(c) ? '?' : c;
  }
  out.append(width > shown ? width - shown : 0, ' ');
  return out;
}

}  // namespace trace_tool
