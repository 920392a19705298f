// SPDX-License-Identifier: Apache-2.0
// Elements as text. Paths know no percent: a mark is a path around the origin of an SVG of its own.
#include "harness/svg.hpp"

#include "support/text.hpp"

#include <array>
#include <fmt/format.h>

namespace bench {
namespace {

constexpr std::array<const char*, 5> shapes{"M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0Z",
                                            "M-4.5-4.5H4.5V4.5H-4.5Z",
                                            "M0-6L6 0L0 6L-6 0Z",
                                            "M0-5.5L5.5 4.5H-5.5Z",
                                            "M0 5.5L5.5-4.5H-5.5Z"};

std::string path_of(const svg::look& as) {
  return std::string("<path class=\"mark ") + as.family + "\" d=\"" +
         shapes[as.shape % shapes.size()] + "\"/>";
}

std::string percent_of_width(double x) {
  return fmt::format("{:.2f}%", x);
}

std::string pixels(double y) {
  return fmt::format("{:.1f}", y);
}

}  // namespace

svg::svg(double height, std::string_view title, std::string_view description)
    : text_("<svg role=\"img\" width=\"100%\" height=\"" + pixels(height) + "\"><title>" +
            support::html(title) + "</title><desc>" + support::html(description) + "</desc>\n") {
}

void svg::line(point from, point to, std::string_view style) {
  text_ += "<line class=\"" + std::string(style) + "\" x1=\"" + percent_of_width(from.x) +
           "\" y1=\"" + pixels(from.y) + "\" x2=\"" + percent_of_width(to.x) + "\" y2=\"" +
           pixels(to.y) + "\"/>\n";
}

void svg::box(point corner, point size, std::string_view style) {
  text_ += "<rect class=\"" + std::string(style) + "\" x=\"" + percent_of_width(corner.x) +
           "\" y=\"" + pixels(corner.y) + "\" width=\"" + percent_of_width(size.x) +
           "\" height=\"" + pixels(size.y) + "\"/>\n";
}

void svg::text(point at, std::string_view style, std::string_view text) {
  text_ += "<text class=\"" + std::string(style) + "\" x=\"" + percent_of_width(at.x) + "\" y=\"" +
           pixels(at.y) + "\">" + support::html(text) + "</text>\n";
}

void svg::mark(point at, const look& as, std::string_view told) {
  text_ += "<svg x=\"" + percent_of_width(at.x) + "\" y=\"" + pixels(at.y) +
           "\" overflow=\"visible\"><g><title>" + support::html(told) + "</title>" + path_of(as) +
           "</g></svg>\n";
}

std::string svg::end() && {
  return std::move(text_) + "</svg>\n";
}

std::string legend_mark(const svg::look& as) {
  return "<svg class=\"key\" width=\"14\" height=\"14\" viewBox=\"-7 -7 14 14\" "
         "aria-hidden=\"true\">" +
         path_of(as) + "</svg>";
}

}  // namespace bench
