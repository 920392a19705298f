// SPDX-License-Identifier: Apache-2.0
// Draws the lanes of the workers, and the curve of the busy ones.

#include "timeline.hpp"

#include "words.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace trace_tool {

namespace {

constexpr double page = 1160;  // points
constexpr double left = 150;   // for the names of the workers
constexpr double row = 15;
constexpr double gap = 9;       // between two lanes; the critical path is drawn in it
constexpr double least = 0.33;  // the narrowest bar
constexpr std::size_t most_rows = 6;

class scale {
 public:
  explicit scale(const analysis& of)
      : begin_(of.begin),
        per_ns_((page - left - 10) /
                static_cast<double>(std::max<std::int64_t>(of.end - of.begin, 1))) {}
  [[nodiscard]] double x(std::int64_t at) const {
    return left + static_cast<double>(at - begin_) * per_ns_;
  }

 private:
  std::int64_t begin_;
  double per_ns_;
};

struct bar {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::size_t index = 0;  // of a task; of a pause, counted after the tasks
  std::size_t depth = 0;
};

struct lane {
  std::vector<bar> bars;
  std::size_t rows = 1;
};

[[nodiscard]] std::vector<lane> lanes_of(const trace_data& data) {
  std::vector<lane> lanes(data.tracks.size());
  for (std::size_t i = 0; i < data.tasks.size(); ++i) {
    lanes[data.tasks[i].track].bars.push_back({data.tasks[i].begin, data.tasks[i].end, i});
  }
  for (std::size_t i = 0; i < data.pauses.size(); ++i) {
    const pause& one = data.pauses[i];
    lanes[one.track].bars.push_back({one.begin, one.end, data.tasks.size() + i});
  }
  for (lane& each : lanes) {
    std::sort(each.bars.begin(), each.bars.end(), [](const bar& a, const bar& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    std::vector<std::int64_t> ends;
    for (bar& one : each.bars) {
      while (!ends.empty() && ends.back() <= one.begin) {
        ends.pop_back();
      }
      one.depth = ends.size();
      ends.push_back(one.end);
      each.rows = std::max(each.rows, std::min(one.depth + 1, most_rows));
    }
  }
  return lanes;
}

[[nodiscard]] std::string rectangle(double x, double y, double width, double height) {
  return "<rect x=\"" + fixed(x, 2) + "\" y=\"" + fixed(y, 1) + "\" width=\"" + fixed(width, 2) +
         "\" height=\"" + fixed(height, 1) + '"';
}

[[nodiscard]] std::string words(double x, double y, const std::string& text, const char* extra) {
  return "<text x=\"" + fixed(x, 1) + "\" y=\"" + fixed(y, 1) + "\" " + extra + '>' + html(text) +
         "</text>\n";
}

[[nodiscard]] std::string hint(const trace_data& data, const analysis& of, std::size_t index) {
  if (index >= data.tasks.size()) {
    const pause& one = data.pauses[index - data.tasks.size()];
    const char* const kind = one.kind == pause_kind::join      ? "join"
                             : one.kind == pause_kind::wait    ? "wait"
                             : one.kind == pause_kind::blocked ? "blocked outside of covey"
                                                               : "sleep";
    return std::string(kind) + ", " + duration(one.end - one.begin);
  }
  const task& one = data.tasks[index];
  return data.texts[one.name] + " (" + data.texts[one.site] + "), " +
         duration(one.end - one.begin) + ", of which own " + duration(of.own[index]) + ", queued " +
         duration(one.queued);
}

struct box {
  double x = 0;
  double y = 0;
  double width = 0;
};

void draw_bar(std::string& out, const report& about, const bar& one, const box& at) {
  const trace_data& data = about.data;
  const bool is_task = one.index < data.tasks.size();
  out += rectangle(at.x, at.y, at.width, row - 2);
  if (is_task) {
    out += " fill=\"" + colour_of(data.tasks[one.index].site) + '"';
    out += data.tasks[one.index].ended == outcome::failed ? " class=\"failed\"" : "";
  } else {
    const bool sleeps = data.pauses[one.index - data.tasks.size()].kind == pause_kind::sleep;
    out += sleeps ? " class=\"sleep\"" : " class=\"wait\"";
  }
  out += "><title>" + html(hint(data, about.of, one.index)) + "</title></rect>\n";
  if (is_task && at.width > 40) {
    const auto room = static_cast<std::size_t>((at.width - 6) / 5.6);
    const std::string& name = data.texts[data.tasks[one.index].name];
    std::string shown = column(name, room);
    shown.erase(shown.find_last_not_of(' ') + 1);
    out += words(at.x + 3, at.y + row - 5, shown, "class=\"bar\"");
  }
}

void draw_lane(std::string& out, const report& about, const lane& what, double top) {
  const scale on(about.of);
  std::vector<double> drawn(most_rows, 0.0);  // up to there, by row
  for (const bar& one : what.bars) {
    if (one.depth >= most_rows) {
      continue;
    }
    double& until = drawn[one.depth];
    const double end = std::min(on.x(one.end), page - 10);
    const double x = std::max({on.x(one.begin), until, left});
    if (end <= left || on.x(one.begin) > page - 10 || end < until + least) {
      continue;
    }
    const double width = std::max(end - x, least);
    draw_bar(out, about, one, {x, top + static_cast<double>(one.depth) * row, width});
    until = x + width;
  }
}

// Without the number of the thread, which the tables tell.
[[nodiscard]] std::string short_title(const std::string& title) {
  std::string shown = column(title.substr(0, title.find(" (")), 24);
  shown.erase(shown.find_last_not_of(' ') + 1);
  return shown;
}

// @returns a step that makes five to twelve marks
[[nodiscard]] double mark_step(double length) {
  const double raw = length / 8;
  const double power = std::pow(10.0, std::floor(std::log10(std::max(raw, 1.0))));
  const double factor = raw / power;
  return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
}

void draw_marks(std::string& out, const analysis& of, double height) {
  const scale on(of);
  const auto length = static_cast<double>(of.end - of.begin);
  const double step = mark_step(length);
  const auto marks = static_cast<int>(length / step);
  for (int i = 0; i <= marks; ++i) {
    const double at = i * step;
    const double x = on.x(of.begin + static_cast<std::int64_t>(at));
    out += "<line class=\"mark\" x1=\"" + fixed(x, 1) + "\" x2=\"" + fixed(x, 1) +
           "\" y1=\"16\" y2=\"" + fixed(height, 1) + "\"/>\n";
    out += words(
        x, 11, duration(static_cast<std::int64_t>(at)), "class=\"axis\" text-anchor=\"middle\"");
  }
}

void draw_path(std::string& out, const report& about, const std::vector<double>& tops) {
  const scale on(about.of);
  std::vector<double> drawn(tops.size(), 0.0);
  double last_x = -1;
  std::size_t last_track = 0;
  for (const path_part& part : about.of.critical_path) {
    const double y = tops[part.track] - 4;
    const double x = std::max(on.x(part.begin), drawn[part.track]);
    const double end = on.x(part.end);
    if (last_x >= 0 && last_track != part.track && end - last_x > 0.5) {
      out += "<line class=\"jump\" x1=\"" + fixed(last_x, 2) + "\" y1=\"" +
             fixed(tops[last_track] - 2.5, 1) + "\" x2=\"" + fixed(on.x(part.begin), 2) +
             "\" y2=\"" + fixed(y + 1.5, 1) + "\"/>\n";
    }
    if (end > drawn[part.track] + least) {
      out += rectangle(x, y, std::max(end - x, least), 3) + " class=\"path\"/>\n";
      drawn[part.track] = end;
      last_x = end;
      last_track = part.track;
    }
  }
}

[[nodiscard]] std::string opened(double height) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + fixed(page, 0) + ' ' +
         fixed(height, 0) + "\" width=\"100%\">\n";
}

}  // namespace

std::string colour_of(text_index site) {
  // Hues a golden angle apart: neighbours differ, however many there are.
  const double hue = std::fmod(210.0 + 137.508 * static_cast<double>(site), 360.0);
  return "hsl(" + fixed(hue, 0) + ",52%," + (site % 2 == 0 ? "62%" : "70%") + ')';
}

std::string timeline(const report& about) {
  const std::vector<lane> lanes = lanes_of(about.data);
  std::vector<double> tops(lanes.size(), 0.0);
  double y = 28;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    tops[i] = y;
    y += lanes[i].bars.empty() ? 0.0 : static_cast<double>(lanes[i].rows) * row + gap;
  }
  std::string out = opened(y);
  draw_marks(out, about.of, y - gap);
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (!lanes[i].bars.empty()) {
      out += words(0, tops[i] + row - 4, short_title(about.data.tracks[i].title), "class=\"lane\"");
      draw_lane(out, about, lanes[i], tops[i]);
    }
  }
  draw_path(out, about, tops);
  return out + "</svg>\n";
}

std::string busy_picture(const report& about) {
  constexpr double height = 150;
  constexpr double bottom = height - 6;
  const std::vector<double>& curve = about.of.busy_curve;
  const double most = std::max(1.0, std::ceil(*std::max_element(curve.begin(), curve.end())));
  const auto level = [&](double value) { return bottom - value / most * (bottom - 24); };
  std::string out = opened(height);
  draw_marks(out, about.of, bottom);
  const double width = (page - left - 10) / static_cast<double>(curve.size());
  std::string points = fixed(left, 1) + ',' + fixed(bottom, 1);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const double x = left + static_cast<double>(i) * width;
    points += ' ' + fixed(x, 1) + ',' + fixed(level(curve[i]), 1) + ' ' + fixed(x + width, 1) +
              ',' + fixed(level(curve[i]), 1);
  }
  points += ' ' + fixed(page - 10, 1) + ',' + fixed(bottom, 1);
  out += "<polygon class=\"busy\" points=\"" + points + "\"/>\n";
  const double average = level(about.sums.average_busy);
  out += "<line class=\"average\" x1=\"" + fixed(left, 0) + "\" x2=\"" + fixed(page - 10, 0) +
         "\" y1=\"" + fixed(average, 1) + "\" y2=\"" + fixed(average, 1) + "\"/>\n";
  out += words(0, average + 4, "average " + fixed(about.sums.average_busy, 2), "class=\"lane\"");
  if (most - about.sums.average_busy > most / 6) {
    out += words(0, level(most) + 4, fixed(most, 0) + " workers", "class=\"lane\"");
  }
  return out + "</svg>\n";
}

}  // namespace trace_tool
