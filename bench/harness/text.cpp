// SPDX-License-Identifier: Apache-2.0
// How many digits a number deserves.
#include "harness/text.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace bench {

namespace {

struct unit {
  double least;  // seconds for which it is taken
  double seconds;
  int digits;
  const char* name;
};

constexpr std::array<unit, 6> units{{{5400, 3600, 1, "h"},
                                     {90, 60, 1, "min"},
                                     {1, 1, 3, "s"},
                                     {1e-3, 1e-3, 2, "ms"},
                                     {1e-6, 1e-6, 1, "us"},
                                     {0, 1e-9, 1, "ns"}}};

const unit& unit_for(double seconds) {
  const auto* const fitting = std::find_if(
      units.begin(), units.end(), [=](const unit& one) { return seconds >= one.least; });
  return fitting == units.end() ? units.back() : *fitting;
}

constexpr std::string_view microseconds = "_us";

std::string in_unit(const unit& of, double seconds) {
  return fmt::format("{:.{}f}", seconds / of.seconds, of.digits);
}

}  // namespace

std::string seconds_text(double seconds) {
  const unit& fitting = unit_for(seconds);
  return fmt::format("{} {}", in_unit(fitting, seconds), fitting.name);
}

std::string axis_text(double seconds) {
  constexpr double most = 9e9;  // beyond that there are no such nanoseconds
  return seconds == 0 ? "0"
                      : support::duration(std::chrono::nanoseconds(
                            std::llround(std::clamp(seconds, -most, most) * 1e9)));
}

std::string short_number(double value) {
  const double size = std::abs(value);
  if (size == 0) {
    return "0";
  }
  if (size >= 1e9) {
    return fmt::format("{:.3g} G", value / 1e9);
  }
  if (size >= 1e6) {
    return fmt::format("{:.3g} M", value / 1e6);
  }
  if (size >= 100) {
    return fmt::format("{:.0f}", value);
  }
  if (size >= 10) {
    return fmt::format("{:.1f}", value);
  }
  return size >= 0.1 ? fmt::format("{:.2f}", value) : fmt::format("{:.2g}", value);
}

std::string short_number(const std::optional<double>& value) {
  return value ? short_number(*value) : std::string(nothing_text);
}

std::string ratio_text(double ratio) {
  if (ratio >= 100) {
    return fmt::format("{:.0f}", ratio);
  }
  if (ratio >= 10) {
    return fmt::format("{:.1f}", ratio);
  }
  return ratio >= 0.1 ? fmt::format("{:.2f}", ratio) : fmt::format("{:.2g}", ratio);
}

std::string ratio_with_interval(const std::optional<estimate>& ratio) {
  if (!ratio) {
    return std::string(nothing_text);
  }
  const std::string median = ratio_text(ratio->median);
  return ratio->count < 2
             ? median
             : fmt::format("{} [{}, {}]", median, ratio_text(ratio->low), ratio_text(ratio->high));
}

std::string seconds_with_interval(const estimate& seconds) {
  const std::string median = seconds_text(seconds.median);
  const unit& same = unit_for(seconds.median);
  return seconds.count < 2
             ? median
             : fmt::format(
                   "{} [{}, {}]", median, in_unit(same, seconds.low), in_unit(same, seconds.high));
}

std::string metric_label(std::string_view name) {
  return std::string(
      name.ends_with(microseconds) ? name.substr(0, name.size() - microseconds.size()) : name);
}

std::string metric_text(std::string_view name, double value) {
  return name.ends_with(microseconds) ? seconds_text(value * 1e-6) : short_number(value);
}

}  // namespace bench
