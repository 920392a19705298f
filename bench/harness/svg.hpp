// SPDX-License-Identifier: Apache-2.0
// Draws inline SVG whose text keeps its size on any width: across in percent of the width, down in pixels.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

class svg {
 public:
  struct point {
    double x = 0;  ///< percent
    double y = 0;  ///< pixels
  };
  /// What a contender looks like: a colour of its family and a shape of its own.
  struct look {
    std::string family;  ///< a CSS class
    std::size_t shape = 0;
  };

  /// @param title what it is, @param description what it shows, both for readers who do not see it
  svg(double height, std::string_view title, std::string_view description);

  void line(point from, point to, std::string_view style);
  void box(point corner, point size, std::string_view style);
  /// @param style "start", "middle" or "end" of the text is at the point, then further classes
  void text(point at, std::string_view style, std::string_view text);
  /// @param told when somebody points at it
  void mark(point at, const look& as, std::string_view told);
  /// Everything between is one thing with a name.
  [[nodiscard]] std::string end() &&;

 private:
  std::string text_;
};

/// The mark alone, for legends.
[[nodiscard]] std::string legend_mark(const svg::look& as);

}  // namespace bench
