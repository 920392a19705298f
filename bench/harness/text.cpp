// SPDX-License-Identifier: Apache-2.0
// How many digits a number deserves.
#include "harness/text.hpp"

#include <cmath>

namespace bench {

std::string seconds_text(double seconds) {
  if (seconds >= 1) {
    return format("%.3f s", seconds);
  }
  if (seconds >= 1e-3) {
    return format("%.2f ms", seconds * 1e3);
  }
  return seconds >= 1e-6 ? format("%.1f us", seconds * 1e6) : format("%.1f ns", seconds * 1e9);
}

std::string short_number(double value) {
  const double size = std::abs(value);
  if (size == 0) {
    return "0";
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
  return seconds.count < 2
             ? median
             : median + " [" + seconds_text(seconds.low) + ", " + seconds_text(seconds.high) + "]";
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
