// SPDX-License-Identifier: Apache-2.0
// Columns, times and numbers.

#include "text.hpp"

#include "text/printable_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <iterator>

namespace top {

namespace {

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

template <class... Values>
std::string format(const char* how, Values... values) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), how, values...);
  return {text.data(), std::min(static_cast<std::size_t>(size), text.size() - 1)};
}

}  // namespace

std::string_view clipped(std::string_view text, std::size_t columns) {
  std::size_t end = 0;
  for (; end < text.size() && (columns != 0 || continues(text[end])); ++end) {
    columns -= continues(text[end]) ? 0U : 1U;
  }
  return text.substr(0, end);
}

std::string left(std::string_view text, std::size_t columns) {
  const std::size_t taken = covey::runtime::characters_in(text);
  return std::string(text) + std::string(taken < columns ? columns - taken : 0, ' ');
}

std::string right(std::string_view text, std::size_t columns) {
  const std::size_t taken = covey::runtime::characters_in(text);
  return std::string(taken < columns ? columns - taken : 0, ' ') + std::string(text);
}

std::string short_time(std::chrono::nanoseconds time) {
  const std::int64_t ns = time.count();
  if (ns < 0) {
    return ns <= -std::chrono::nanoseconds::max().count() ? "-" : "-" + short_time(-time);
  }
  const std::int64_t seconds = ns / 1'000'000'000;
  const auto two = [](std::int64_t a, char unit, std::int64_t b, char smaller) {
    return format(
        "%lld%c%02lld%c", static_cast<long long>(a), unit, static_cast<long long>(b), smaller);
  };
  if (ns < 1'000'000) {
    return format("%lldus", static_cast<long long>(ns / 1000));
  }
  if (seconds < 1) {
    return format("%lldms", static_cast<long long>(ns / 1'000'000));
  }
  if (seconds < 60) {
    return format("%lld.%llds",
                  static_cast<long long>(seconds),
                  static_cast<long long>(ns / 100'000'000 % 10));
  }
  if (seconds < 3600) {
    return two(seconds / 60, 'm', seconds % 60, 's');
  }
  if (seconds < 86400) {
    return two(seconds / 3600, 'h', seconds / 60 % 60, 'm');
  }
  if (seconds >= std::int64_t{100} * 86400) {
    return format("%lldd", static_cast<long long>(seconds / 86400));
  }
  return two(seconds / 86400, 'd', seconds / 3600 % 24, 'h');
}

std::string short_number(double value) {
  constexpr std::array<char, 5> units{0, 'k', 'M', 'G', 'T'};
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? format("%.0f", value) : format("%.1f%c", value, units[unit]);
}

}  // namespace top
