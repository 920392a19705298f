// SPDX-License-Identifier: Apache-2.0
// Times, shares and names as people read them.

#include "words.hpp"

#include "text/printable_text.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace trace_tool {

namespace {

// @returns where the character with that number begins, in valid text that has one more at least
[[nodiscard]] std::size_t place_of(std::string_view text, std::size_t character) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < character; ++i) {
    at += covey::runtime::printable_length(text.substr(at));
  }
  return at;
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

std::string column(std::string_view text, std::size_t width) {
  std::string out = covey::runtime::printable(text);
  const std::size_t total = covey::runtime::characters_in(out);
  if (total <= width) {
    out.append(width - total, ' ');
  } else if (width != 0) {
    const std::size_t head = (width - 1) / 2;
    const std::size_t tail = width - 1 - head;
    const std::size_t begin = place_of(out, head);
    const std::size_t end = tail == 0 ? out.size() : place_of(out, total - tail);
    out.replace(begin, end - begin, "~");
  } else {
    out.clear();
  }
  return out;
}

}  // namespace trace_tool
