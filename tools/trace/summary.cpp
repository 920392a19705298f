// SPDX-License-Identifier: Apache-2.0
// The tables of the report.

#include "summary.hpp"

#include "saturating.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

namespace trace_tool {

namespace {

// The nearest-rank percentile of sorted values.
[[nodiscard]] std::int64_t percentile(const std::vector<std::int64_t>& sorted, double part) {
  const auto rank =
      static_cast<std::size_t>(std::llround(part * static_cast<double>(sorted.size() - 1)));
  return sorted[rank];
}

[[nodiscard]] double ratio(std::int64_t a, std::int64_t b) {
  return b > 0 ? static_cast<double>(a) / static_cast<double>(b) : 0;
}

template <class Row, class By>
void keep_largest(std::vector<Row>& list, std::size_t rows, By by) {
  const std::size_t kept = std::min(rows, list.size());
  std::partial_sort(list.begin(),
                    list.begin() + static_cast<std::ptrdiff_t>(kept),
                    list.end(),
                    [by](const Row& a, const Row& b) { return by(a) > by(b); });
  list.resize(kept);
}

// All places, and what was usual at each of them.
[[nodiscard]] std::vector<site_row> sites_of(const trace_data& data, const analysis& of) {
  std::map<text_index, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < data.tasks.size(); ++i) {
    if (!data.tasks[i].share) {
      places[data.tasks[i].site].push_back(i);
    }
  }
  std::vector<site_row> rows;
  for (const auto& [site, tasks] : places) {
    site_row row{
        .site = site,
        .name = data.tasks[tasks.front()].name,
    };
    std::vector<std::int64_t> own;
    own.reserve(tasks.size());
    for (const std::size_t each : tasks) {
      const std::uint64_t many = data.tasks[each].of_items ? data.tasks[each].items : 1;
      row.count += many;
      own.push_back(of.own[each] / static_cast<std::int64_t>(std::max<std::uint64_t>(many, 1)));
      row.total = plus(row.total, of.own[each]);
      row.not_done += data.tasks[each].ended != outcome::done ? 1U : 0U;
    }
    std::sort(own.begin(), own.end());
    row.mean = row.total / static_cast<std::int64_t>(std::max<std::uint64_t>(row.count, 1));
    row.p50 = percentile(own, 0.50);
    row.p99 = percentile(own, 0.99);
    row.most = own.back();
    rows.push_back(row);
  }
  return rows;
}

[[nodiscard]] std::vector<path_row> path_of(const analysis& of, std::size_t rows) {
  std::map<std::pair<std::size_t, std::size_t>, std::int64_t> sums;
  for (const path_part& part : of.critical_path) {
    // A task stays on its worker; code outside of tasks is told apart by its thread.
    std::int64_t& sum = sums[{part.task, part.track}];
    sum = plus(sum, part.work);
  }
  std::vector<path_row> all;
  all.reserve(sums.size());
  for (const auto& [who, work] : sums) {
    all.push_back({who.first, who.second, work});
  }
  keep_largest(all, rows, [](const path_row& row) { return row.work; });
  return all;
}

}  // namespace

summary summarise(const trace_data& data, const analysis& of, std::size_t rows) {
  summary all;
  all.sites = sites_of(data, of);
  std::unordered_map<text_index, std::int64_t> median;
  for (const site_row& row : all.sites) {
    median[row.site] = row.p50;
  }
  for (std::size_t i = 0; i < data.tasks.size(); ++i) {
    all.items += data.tasks[i].items;
    if (data.tasks[i].share) {
      continue;
    }
    all.tasks += !data.tasks[i].of_items ? 1U : 0U;
    if (data.tasks[i].items > 1) {
      continue;  // no single one is known
    }
    all.longest.push_back({i, of.own[i], ratio(of.own[i], median[data.tasks[i].site])});
    if (!data.tasks[i].of_items) {
      all.queued.push_back({i, data.tasks[i].queued, 0});
    }
  }
  keep_largest(all.longest, rows, [](const ranked_task& row) { return row.value; });
  keep_largest(all.queued, rows, [](const ranked_task& row) { return row.value; });
  keep_largest(all.sites, all.sites.size(), [](const site_row& row) { return row.total; });
  all.path = path_of(of, rows);
  all.wall = of.end - of.begin;
  for (const busy_track& each : of.tracks) {
    all.workers += each.busy > 0 || each.waiting > 0 || each.sleeping > 0 ? 1U : 0U;
    all.busy = plus(all.busy, each.busy);
  }
  all.capacity = times(static_cast<std::int64_t>(all.workers), all.wall);
  all.idle = all.capacity - std::min(all.busy, all.capacity);
  all.parallelism = ratio(of.work, of.span);
  all.average_busy = ratio(all.busy, all.wall);
  return all;
}

}  // namespace trace_tool
