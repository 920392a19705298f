// SPDX-License-Identifier: Apache-2.0
// Names at the left, marks with their intervals in the middle, the number at the right.
#include "harness/charts.hpp"

#include "harness/axis.hpp"
#include "harness/text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

namespace bench {
namespace {

constexpr double top = 26;
constexpr double row_height = 24;
constexpr double bottom = 10;

/// Where the marks go, in percent of the width.
struct band {
  double left;
  double right;
  [[nodiscard]] double at(double part) const { return left + (right - left) * part; }
};

constexpr band between_texts{30, 80};
constexpr band beside_names{30, 97};

double middle_of_row(std::size_t row) {
  return top + (static_cast<double>(row) + 0.5) * row_height;
}

double height_of(std::size_t rows) {
  return top + static_cast<double>(rows) * row_height + bottom;
}

using number_text = std::function<std::string(double)>;

void draw_axis(svg& to, const axis& scale, const band& place, std::size_t rows) {
  for (const double tick : scale.ticks()) {
    const double x = place.at(scale.place(tick));
    to.line({x, top}, {x, height_of(rows) - bottom}, "grid");
  }
}

/// Every tick, or every second or third one where so many texts would not fit on a phone.
void label_axis(svg& to, const axis& scale, const band& place, const number_text& text) {
  constexpr std::size_t most = 7;
  const std::size_t stride = (scale.ticks().size() + most - 1) / most;
  for (std::size_t i = 0; i < scale.ticks().size(); i += stride) {
    const double tick = scale.ticks()[i];
    to.text({place.at(scale.place(tick)), top - 8}, "middle tick", text(tick));
  }
}

struct whisker {
  double y;
  std::string family;
};

void draw_estimate(
    svg& to, const axis& scale, const band& place, const estimate& value, const whisker& as) {
  if (value.count > 1) {
    to.line({place.at(scale.place(value.low)), as.y},
            {place.at(scale.place(value.high)), as.y},
            "whisker " + as.family);
  }
}

struct range {
  double least = 0;
  double most = 0;
  void take(double value) {
    if (value > 0) {
      least = most == 0 ? value : std::min(least, value);
      most = std::max(most, value);
    }
  }
};

bool is_compared(const summary& line) {
  return is_rival(line.contender) && line.to_covey && line.to_covey->low > 0;
}

/// The sections with something to compare.
std::vector<const section*> compared(const session& all) {
  std::vector<const section*> some;
  for (const section* at : all.widest()) {
    if (std::any_of(at->lines.begin(), at->lines.end(), is_compared)) {
      some.push_back(at);
    }
  }
  return some;
}

std::string plain_ratio(double ratio) {
  return ratio >= 1 || ratio <= 0 ? fmt::format("{:g}", ratio) : fmt::format("{:.2g}", ratio);
}

std::string told_ratio(const std::string& where, const summary& line) {
  return where + ": " + line.contender + " takes " + ratio_with_interval(line.to_covey) +
         " times covey's time";
}

void draw_sides(svg& to, double one, std::size_t rows) {
  const double height = height_of(rows) - top - bottom;
  to.box({beside_names.left, top}, {one - beside_names.left, height}, "behind");
  to.box({one, top}, {beside_names.right - one, height}, "ahead");
}

axis ratio_axis(const std::vector<const section*>& sections) {
  range ratios{.least = 0.8, .most = 1.25};
  for (const section* at : sections) {
    for (const summary& line : at->lines) {
      if (is_compared(line)) {
        ratios.take(line.to_covey->low);
        ratios.take(line.to_covey->high);
      }
    }
  }
  return axis::logarithmic(ratios.least, ratios.most);
}

/// One below the other within the row, so that equal ones do not hide each other.
void draw_ratios(
    svg& to, const axis& scale, const section& at, double middle, const looks& styles) {
  std::vector<const summary*> lines;
  for (const summary& line : at.lines) {
    if (is_compared(line)) {
      lines.push_back(&line);
    }
  }
  const auto count = static_cast<double>(lines.size());
  const double step = std::min(3.5, (row_height - 6) / count);
  double y = middle - step * (count - 1) / 2;
  for (const summary* line : lines) {
    const svg::look& as = styles.of(line->contender);
    draw_estimate(to, scale, beside_names, *line->to_covey, {y, as.family});
    to.mark({beside_names.at(scale.place(line->to_covey->median)), y},
            as,
            told_ratio(at.workload, *line));
    y += step;
  }
}

}  // namespace

std::string ratio_chart(const session& all, const looks& styles) {
  const std::vector<const section*> sections = compared(all);
  if (sections.empty()) {
    return "";
  }
  const std::size_t rows = sections.size() + 1;
  const axis scale = ratio_axis(sections);
  const double one = beside_names.at(scale.place(1));
  svg to(height_of(rows),
         "Time of each rival divided by covey's time",
         "One row for each workload, logarithmic: marks right of 1 are slower than covey, marks "
         "left of it are faster. The table below has the same numbers.");
  draw_sides(to, one, rows);
  draw_axis(to, scale, beside_names, rows);
  label_axis(to, scale, beside_names, plain_ratio);
  to.line({one, top}, {one, height_of(rows) - bottom}, "one");
  for (std::size_t row = 0; row < sections.size(); ++row) {
    const double y = middle_of_row(row);
    to.text({beside_names.left - 1.5, y + 4}, "end", sections[row]->workload);
    draw_ratios(to, scale, *sections[row], y, styles);
  }
  const double y = middle_of_row(rows - 1);
  to.line({0, y - row_height / 2}, {100, y - row_height / 2}, "rule");
  to.text({beside_names.left - 1.5, y + 4}, "end strong", "geom. mean");
  for (const overall& rival : geometric_means(all)) {
    to.mark({beside_names.at(scale.place(rival.mean)), y},
            styles.of(rival.contender),
            fmt::format("{}: {}, geometric mean of {} workloads",
                        rival.contender,
                        ratio_text(rival.mean),
                        rival.workloads));
  }
  return std::move(to).end();
}

std::string time_chart(const section& at,
                       const std::vector<const section*>& of_workload,
                       const looks& styles) {
  range times;
  for (const section* other : of_workload) {
    for (const summary& line : other->lines) {
      times.take(line.seconds.low);
      times.take(line.seconds.high);
    }
  }
  if (times.most == 0) {
    return "";
  }
  const axis scale = axis::fitting(times.least, times.most);
  svg to(height_of(at.lines.size()),
         "Times of " + at.problem + " on " + support::counted(at.threads, "thread"),
         std::string("Median and interval for each contender, the fastest first; the axis is ") +
             (scale.is_logarithmic() ? "logarithmic." : "even, from 0.") +
             " The table below has the same numbers.");
  draw_axis(to, scale, between_texts, at.lines.size());
  label_axis(to, scale, between_texts, axis_text);
  for (std::size_t row = 0; row < at.lines.size(); ++row) {
    const summary& line = at.lines[row];
    const double y = middle_of_row(row);
    const char* const weight = line.contender == "covey" ? " strong" : "";
    to.text({between_texts.left - 2, y + 4}, std::string("end") + weight, line.contender);
    if (line.runs == 0) {
      to.text({between_texts.left + 1, y + 4}, "start", "failed");
      continue;
    }
    const svg::look& as = styles.of(line.contender);
    draw_estimate(to, scale, between_texts, line.seconds, {y, as.family});
    to.mark({between_texts.at(scale.place(line.seconds.median)), y},
            as,
            line.contender + ": " + seconds_with_interval(line.seconds));
    to.text({100, y + 4}, std::string("end number") + weight, seconds_text(line.seconds.median));
  }
  return std::move(to).end();
}

}  // namespace bench
