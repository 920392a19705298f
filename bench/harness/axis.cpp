// SPDX-License-Identifier: Apache-2.0
// Ticks at 1, 2 and 5 times powers of ten.
#include "harness/axis.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace bench {
namespace {

/// Powers of ten times `steps` that enclose the range.
std::vector<double> ticks_around(double least, double most, const std::vector<double>& steps) {
  std::vector<double> all;
  const int first = static_cast<int>(std::floor(std::log10(least))) - 1;
  const int last = static_cast<int>(std::ceil(std::log10(most))) + 1;
  for (int power = first; power <= last; ++power) {
    for (const double step : steps) {
      all.push_back(step * std::pow(10.0, power));
    }
  }
  constexpr double hair = 1e-9;
  const auto above = std::upper_bound(all.begin(), all.end(), least * (1 + hair));
  const auto below = std::lower_bound(all.begin(), all.end(), most * (1 - hair));
  return {above - 1, below + 1};
}

}  // namespace

axis axis::even(double most) {
  constexpr double wanted = 5;
  const double rough = most / wanted;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double step =
      rough <= 2 * power ? 2 * power : (rough <= 5 * power ? 5 * power : 10 * power);
  axis result;
  const auto count = static_cast<std::size_t>(std::ceil(most / step - 1e-9));
  for (std::size_t i = 0; i <= count; ++i) {
    result.ticks_.push_back(static_cast<double>(i) * step);
  }
  result.high_ = result.ticks_.back();
  return result;
}

axis axis::logarithmic(double least, double most) {
  constexpr std::size_t many = 5;
  axis result;
  result.logarithmic_ = true;
  for (const std::vector<double>& steps :
       {std::vector<double>{1, 1.5, 2, 3, 5, 7}, {1, 2, 5}, {1}}) {
    result.ticks_ = ticks_around(least, most, steps);
    if (result.ticks_.size() <= many) {
      break;
    }
  }
  result.low_ = std::log(result.ticks_.front());
  result.high_ = std::log(result.ticks_.back());
  if (result.low_ == result.high_) {
    result.high_ += 1;
  }
  return result;
}

axis axis::fitting(double least, double most) {
  constexpr double shown_well = 8;
  return most / least <= shown_well ? even(most) : logarithmic(least, most);
}

double axis::place(double value) const {
  const double at = logarithmic_ ? std::log(value) : value;
  return std::clamp((at - low_) / (high_ - low_), 0.0, 1.0);
}

}  // namespace bench
