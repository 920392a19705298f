// SPDX-License-Identifier: Apache-2.0
// How many digits a number deserves.
#include "harness/text.hpp"

#include <cmath>

namespace bench {

namespace {

struct unit {
  double seconds;
  const char* pattern;
  const char* name;
};

unit unit_for(double seconds) {
  if (seconds >= 1) {
    return {1, "%.3f", " s"};
  }
  if (seconds >= 1e-3) {
    return {1e-3, "%.2f", " ms"};
  }
  return seconds >= 1e-6 ? unit{1e-6, "%.1f", " us"} : unit{1e-9, "%.1f", " ns"};
}

constexpr std::string_view microseconds = "_us";

std::string in_unit(const unit& of, double seconds) {
  return format(of.pattern, seconds / of.seconds);
}

}  // namespace

std::string seconds_text(double seconds) {
  const unit fitting = unit_for(seconds);
  return in_unit(fitting, seconds) + fitting.name;
}

std::string short_number(double value) {
  const double size = std::abs(value);
  if (size == 0) {
    return "0";
  }
  if (size >= 1e9) {
    return format("%.3g G", value / 1e9);
  }
  if (size >= 1e6) {
    return format("%.3g M", value / 1e6);
  }
  if (size >= 100) {
    return format("%.0f", value);
  }
  if (size >= 10) {
    return format("%.1f", value);
  }
  return size >= 0.1 ? format("%.2f", value) : format("%.2g", value);
}

std::string short_number(const std::optional<double>& value) {
  return value ? short_number(*value) : std::string(nothing_text);
}

std::string ratio_text(double ratio) {
  if (ratio >= 100) {
    return format("%.0f", ratio);
  }
  if (ratio >= 10) {
    return format("%.1f", ratio);
  }
  return ratio >= 0.1 ? format("%.2f", ratio) : format("%.2g", ratio);
}

std::string threads_text(std::size_t threads) {
  return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

std::string ratio_with_interval(const std::optional<estimate>& ratio) {
  if (!ratio) {
    return std::string(nothing_text);
  }
  const std::string median = ratio_text(ratio->median);
  return ratio->count < 2
             ? median
             : median + " [" + ratio_text(ratio->low) + ", " + ratio_text(ratio->high) + "]";
}

std::string seconds_with_interval(const estimate& seconds) {
  const std::string median = seconds_text(seconds.median);
  const unit same = unit_for(seconds.median);
  return seconds.count < 2 ? median
                           : median + " [" + in_unit(same, seconds.low) + ", " +
                                 in_unit(same, seconds.high) + "]";
}

std::string metric_label(std::string_view name) {
  return std::string(
      name.ends_with(microseconds) ? name.substr(0, name.size() - microseconds.size()) : name);
}

std::string metric_text(std::string_view name, double value) {
  return name.ends_with(microseconds) ? seconds_text(value * 1e-6) : short_number(value);
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace bench
