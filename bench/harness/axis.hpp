// SPDX-License-Identifier: Apache-2.0
// Where a value lies between the ends of an axis, and which values to write beside it.
#pragma once

#include <vector>

namespace bench {

class axis {
 public:
  /// From 0, in even steps. @pre most > 0
  [[nodiscard]] static axis even(double most);
  /// Logarithmic, widened to whole ticks. @pre 0 < least <= most
  [[nodiscard]] static axis logarithmic(double least, double most);
  /// Even where that shows every value well, logarithmic where it would not. @pre 0 < least <= most
  [[nodiscard]] static axis fitting(double least, double most);

  /// @returns 0 at the lower end, 1 at the upper end, and never anything beyond.
  [[nodiscard]] double place(double value) const;
  [[nodiscard]] const std::vector<double>& ticks() const { return ticks_; }
  [[nodiscard]] bool is_logarithmic() const { return logarithmic_; }

 private:
  bool logarithmic_ = false;
  double low_ = 0;
  double high_ = 1;
  std::vector<double> ticks_;
};

}  // namespace bench
