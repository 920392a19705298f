// SPDX-License-Identifier: Apache-2.0
// The key numbers as text.

#include "report.hpp"
#include "text/printable_text.hpp"
#include "words.hpp"

namespace trace_tool {

namespace {

using covey::runtime::printable;

void line(std::string& out, const char* what, const std::string& value) {
  out += column(what, 22) + value + '\n';
}

void add_head(std::string& out, const report& about) {
  const auto& [source, data, of, sums] = about;
  line(out, "trace", printable(source));
  if (data.cut) {
    line(out, "", "the file has no end: the process was killed while it wrote (see --repair)");
  }
  line(out, "tasks", std::to_string(sums.tasks));
  if (sums.items != 0) {
    line(out, "items of batches", std::to_string(sums.items));
  }
  line(out, "nurseries", std::to_string(data.nurseries.size()));
  line(out, "workers", std::to_string(sums.workers));
  line(out, "time", duration(sums.wall));
  line(out, "work", duration(of.work));
  line(out, "span", duration(of.span));
  line(out, "parallelism", fixed(sums.parallelism, 2) + "  (work / span)");
  line(out, "busy workers", fixed(sums.average_busy, 2) + "  (on average)");
  line(out,
       "idle",
       duration(sums.idle) + "  (" + share(sums.idle, sums.capacity) + " of all workers' time)");
  line(out, "steals", std::to_string(data.steals));
  for (const stop& each : data.stops) {
    line(out,
         "stop latency",
         duration(each.end - each.begin) + "  " + printable(data.texts[each.title]));
  }
  line(out, "events lost", std::to_string(data.lost));
}

void write_sites(std::string& out, const report& about) {
  out += "\nby place of spawn (times that the tasks ran themselves)\n" + column("place", 34) +
         "   count      total       mean        p50        p99        max\n";
  for (const site_row& row : about.sums.sites) {
    out += column(about.data.texts[row.site], 34);
    std::string count = std::to_string(row.count);
    out.append(count.size() < 8 ? 8 - count.size() : 0, ' ');
    out += count;
    for (const std::int64_t each : {row.total, row.mean, row.p50, row.p99, row.most}) {
      out += "  " + column(duration(each), 9);
    }
    out += '\n';
  }
}

void add_tasks(std::string& out, const report& about, const char* title, bool queued) {
  out += '\n' + std::string(title) + '\n';
  for (const ranked_task& row : queued ? about.sums.queued : about.sums.longest) {
    const task& one = about.data.tasks[row.task];
    out += "  " + column(duration(row.value), 9) + "  " + column(about.data.texts[one.name], 30) +
           "  " + printable(about.data.texts[one.site]);
    if (!queued && row.times_median >= 2) {
      out += "  (" + fixed(row.times_median, 1) + " times the median of its place)";
    }
    out += '\n';
  }
}

void write_path(std::string& out, const report& about) {
  out += "\nthe critical path, largest contributions\n";
  for (const path_row& row : about.sums.path) {
    const std::string name = row.task == no_task
                                 ? "code outside of children"
                                 : about.data.texts[about.data.tasks[row.task].name];
    out += "  " + column(duration(row.work), 9) + "  " + column(share(row.work, about.of.span), 7) +
           "  " + column(name, 30) + "  " + printable(about.data.tracks[row.track].title) + '\n';
  }
}

}  // namespace

std::string text_report(const report& about) {
  std::string out;
  add_head(out, about);
  write_sites(out, about);
  write_path(out, about);
  add_tasks(out, about, "longest tasks", false);
  add_tasks(out, about, "longest queued", true);
  return out;
}

}  // namespace trace_tool
