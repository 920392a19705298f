// SPDX-License-Identifier: Apache-2.0
// Puts a trace in the order of time.

#include "points.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace trace_tool {

namespace {

// One that took no time still begins before it ends.
template <class Slice>
[[nodiscard]] std::int64_t end_of(const Slice& one) {
  return std::max(one.end, one.begin + 1);
}

template <class Slice>
void add_slice(std::vector<point>& to, const Slice& one, point_kind end, std::size_t index) {
  to.push_back({one.begin, point_kind::slice_begin, -end_of(one), index});
  to.push_back({end_of(one), end, -one.begin, index});
}

}  // namespace

std::pair<std::int64_t, std::int64_t> bounds_of(const trace_data& data) {
  std::int64_t begin = std::numeric_limits<std::int64_t>::max();
  std::int64_t end = 0;
  const auto widen = [&](const auto& list) {
    for (const auto& each : list) {
      begin = std::min(begin, each.begin);
      end = std::max(end, each.end);
    }
  };
  widen(data.tasks);
  widen(data.nurseries);
  return {std::min(begin, end), end};
}

std::vector<point> points_of(const trace_data& data) {
  std::vector<point> all;
  const std::size_t spans = data.tasks.size() + data.pauses.size() + data.nurseries.size();
  all.reserve(2 * spans + data.spawns.size());
  for (std::size_t i = 0; i < data.tasks.size(); ++i) {
    add_slice(all, data.tasks[i], point_kind::task_end, i);
  }
  for (std::size_t i = 0; i < data.pauses.size(); ++i) {
    add_slice(all, data.pauses[i], point_kind::pause_end, data.tasks.size() + i);
  }
  for (std::size_t i = 0; i < data.nurseries.size(); ++i) {
    const nursery& one = data.nurseries[i];
    all.push_back({one.begin, point_kind::nursery_begin, 0, i});
    all.push_back({end_of(one), point_kind::nursery_end, 0, i});
  }
  for (std::size_t i = 0; i < data.spawns.size(); ++i) {
    all.push_back({data.spawns[i].at, point_kind::spawn, 0, i});
  }
  std::sort(all.begin(), all.end(), [](const point& a, const point& b) {
    return std::tie(a.at, a.kind, a.tie, a.index) < std::tie(b.at, b.kind, b.tie, b.index);
  });
  return all;
}

}  // namespace trace_tool
