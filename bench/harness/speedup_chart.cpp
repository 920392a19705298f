// SPDX-License-Identifier: Apache-2.0
// A line for each contender over the numbers of threads.
#include "harness/axis.hpp"
#include "harness/charts.hpp"
#include "harness/text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace bench {
namespace {

constexpr double top_edge = 22;
constexpr double chart_height = 240;
constexpr double base = chart_height - 26;
constexpr double left_edge = 9;
constexpr double right_edge = 96;

/// The two directions of the plot.
struct plane {
  axis speedups;
  double least_threads = 0;
  double most_threads = 0;

  [[nodiscard]] svg::point at(double threads, double speedup) const {
    const double part = (threads - least_threads) / (most_threads - least_threads);
    return {left_edge + (right_edge - left_edge) * part,
            base - (base - top_edge) * speedups.place(speedup)};
  }
};

/// Of the medians, and 1.
axis axis_for(const std::vector<const section*>& sections) {
  double least = 1;
  double best = 1;
  for (const section* at : sections) {
    for (const summary& line : at->lines) {
      const double median = line.speedup ? line.speedup->median : 1;
      least = median > 0 ? std::min(least, median) : least;
      best = std::max(best, median);
    }
  }
  return axis::fitting(least, best);
}

void draw_frame(svg& to, const plane& where, const std::vector<const section*>& sections) {
  for (const double tick : where.speedups.ticks()) {
    const double y = where.at(where.least_threads, tick).y;
    to.line({left_edge, y}, {right_edge, y}, "grid");
    to.text({left_edge - 1, y + 4}, "end tick", fmt::format("{:g}", tick));
  }
  for (const section* at : sections) {
    to.text({where.at(static_cast<double>(at->threads), 1).x, base + 18},
            "middle tick",
            std::to_string(at->threads));
  }
  to.text({left_edge, top_edge - 10}, "start tick", "speed-up over serial, by threads");
  if (where.speedups.is_logarithmic()) {
    return;  // where as many times as threads would be no straight line
  }
  const double reach = std::min(where.most_threads, where.speedups.ticks().back());
  if (reach > where.least_threads) {
    to.line(where.at(where.least_threads, where.least_threads), where.at(reach, reach), "ideal");
  }
}

void draw_curve(svg& to,
                const plane& where,
                const std::vector<const section*>& sections,
                const std::string& contender,
                const svg::look& as) {
  std::vector<std::pair<svg::point, std::string>> points;
  for (const section* at : sections) {
    const summary* const line = at->find(contender);
    if (line != nullptr && line->speedup) {
      points.emplace_back(where.at(static_cast<double>(at->threads), line->speedup->median),
                          contender + " on " + support::counted(at->threads, "thread") + ": " +
                              ratio_with_interval(line->speedup));
    }
  }
  for (std::size_t i = 1; i < points.size(); ++i) {
    to.line(points[i - 1].first, points[i].first, "curve " + as.family);
  }
  for (const auto& [point, told] : points) {
    to.mark(point, as, told);
  }
}

}  // namespace

std::string speedup_chart(const std::vector<const section*>& of_workload, const looks& styles) {
  if (of_workload.size() < 2 || of_workload.back()->find("serial") == nullptr) {
    return "";
  }
  const plane where{.speedups = axis_for(of_workload),
                    .least_threads = static_cast<double>(of_workload.front()->threads),
                    .most_threads = static_cast<double>(of_workload.back()->threads)};
  svg to(
      chart_height,
      "Speed-up of " + of_workload.back()->workload + " over serial",
      "One line for each contender over the number of threads; a dashed line, if there is one, is "
      "as many times as there are threads. The table below has the same numbers.");
  draw_frame(to, where, of_workload);
  for (const summary& line : of_workload.back()->lines) {
    if (line.contender != "serial") {
      draw_curve(to, where, of_workload, line.contender, styles.of(line.contender));
    }
  }
  return std::move(to).end();
}

}  // namespace bench
