// SPDX-License-Identifier: Apache-2.0
// The report as one HTML page.

#include "report.hpp"
#include "timeline.hpp"
#include "words.hpp"

#include <initializer_list>
#include <string_view>

namespace trace_tool {

namespace {

constexpr std::string_view style = R"(
body{font:14px/1.45 system-ui,sans-serif;color:#1d2530;background:#fff;max-width:1200px;margin:24px auto;padding:0 20px}
h1{font-size:22px;margin:0 0 2px}h2{font-size:16px;margin:30px 0 8px}p.note{color:#5b6675;margin:2px 0 10px}
.cards{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0}
.card{border:1px solid #dde3ea;border-radius:8px;padding:8px 14px;min-width:96px}
.card b{display:block;font-size:19px;font-variant-numeric:tabular-nums}.card span{color:#5b6675;font-size:12px}
.warn{background:#fff4e0;border:1px solid #eec77f;border-radius:8px;padding:8px 14px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:4px 10px;border-bottom:1px solid #e8ecf1;white-space:nowrap}
th{color:#5b6675;font-weight:600;font-size:12px}
th.t,td.t{text-align:left;white-space:normal;overflow-wrap:anywhere}
i.key{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:7px}
svg{display:block}svg text{font:10px system-ui,sans-serif;fill:#1d2530}svg .axis{fill:#77828f}
svg .lane{font-size:11px;fill:#3b4654}svg .bar{font-size:10px;pointer-events:none}
svg .mark{stroke:#e8ecf1}svg .wait{fill:#d5dbe2}svg .sleep{fill:#eff2f5}
svg .path{fill:#d4271f}svg .jump{stroke:#d4271f;stroke-width:.8;stroke-dasharray:2 2}
svg .busy{fill:#8fb8de}svg .average{stroke:#3b4654;stroke-dasharray:5 4}
svg .failed{stroke:#1d2530;stroke-width:1.5}i.failed{background:#fff;outline:1.5px solid #1d2530}
i.path{background:#d4271f;height:4px}i.wait{background:#d5dbe2}i.sleep{background:#eff2f5}
)";

void add_card(std::string& out, const std::string& value, const char* name) {
  out += "<div class=\"card\"><b>" + html(value) + "</b><span>" + name + "</span></div>\n";
}

void add_cards(std::string& out, const report& about) {
  const auto& [source, data, of, sums] = about;
  out += "<div class=\"cards\">\n";
  add_card(out, duration(sums.wall), "time");
  add_card(out, std::to_string(sums.tasks), "tasks");
  if (sums.items != 0) {
    add_card(out, std::to_string(sums.items), "items of batches");
  }
  add_card(out, std::to_string(sums.workers), "workers");
  add_card(out, duration(of.work), "work");
  add_card(out, duration(of.span), "span");
  add_card(out, fixed(sums.parallelism, 2), "parallelism: work / span");
  add_card(out, fixed(sums.average_busy, 2), "busy workers on average");
  add_card(out, share(sums.idle, sums.capacity), "idle");
  add_card(out, std::to_string(data.steals), "steals");
  out += "</div>\n";
  if (data.lost > 0) {
    out += "<p class=\"warn\">" + std::to_string(data.lost) +
           " events were lost: rings were full. What lacks its other end is left out here; "
           "larger rings (trace_options::ring_events) help.</p>\n";
  }
  if (data.cut) {
    out +=
        "<p class=\"warn\">The file has no end: the process was killed while it wrote. "
        "What was running then is missing.</p>\n";
  }
}

struct heading {
  const char* name = "";
  bool is_text = false;
};

void open_table(std::string& out, std::initializer_list<heading> headings) {
  out += "<table><tr>";
  for (const heading& each : headings) {
    out += each.is_text ? "<th class=\"t\">" : "<th>";
    out += each.name;
    out += "</th>";
  }
  out += "</tr>\n";
}

void number_cell(std::string& out, const std::string& value) {
  out += "<td>" + html(value) + "</td>";
}

void text_cell(std::string& out, const std::string& value) {
  out += "<td class=\"t\">" + html(value) + "</td>";
}

void place_cell(std::string& out, const trace_data& data, text_index site) {
  out += "<td class=\"t\"><i class=\"key\" style=\"background:" + colour_of(site) + "\"></i>" +
         html(data.texts[site]) + "</td>";
}

void add_sites(std::string& out, const report& about) {
  out +=
      "<h2>By place of spawn</h2>\n<p class=\"note\">Times that the tasks ran themselves, without "
      "waits and "
      "without the tasks that they ran inside of a wait.</p>\n";
  open_table(out,
             {{"place", true},
              {"first name", true},
              {"count"},
              {"total"},
              {"share"},
              {"mean"},
              {"p50"},
              {"p99"},
              {"max"},
              {"not done"}});
  for (const site_row& row : about.sums.sites) {
    out += "<tr>";
    place_cell(out, about.data, row.site);
    text_cell(out, about.data.texts[row.name]);
    number_cell(out, std::to_string(row.count));
    number_cell(out, duration(row.total));
    number_cell(out, share(row.total, about.of.work));
    for (const std::int64_t each : {row.mean, row.p50, row.p99, row.most}) {
      number_cell(out, duration(each));
    }
    number_cell(out, std::to_string(row.not_done));
    out += "</tr>\n";
  }
  out += "</table>\n";
}

void add_path(std::string& out, const report& about) {
  out += "<h2>Critical path: " + duration(about.of.span) +
         "</h2>\n<p class=\"note\">More workers cannot end the run earlier than this chain of "
         "tasks; red in the "
         "timeline. Its largest parts:</p>\n";
  open_table(out,
             {{"task", true}, {"place", true}, {"worker", true}, {"own time"}, {"of the span"}});
  for (const path_row& row : about.sums.path) {
    out += "<tr>";
    if (row.task == no_task) {
      out += "<td class=\"t\">code outside of children</td><td></td>";
    } else {
      const task& one = about.data.tasks[row.task];
      text_cell(out, about.data.texts[one.name]);
      place_cell(out, about.data, one.site);
    }
    text_cell(out, about.data.tracks[row.track].title);
    number_cell(out, duration(row.work));
    number_cell(out, share(row.work, about.of.span));
    out += "</tr>\n";
  }
  out += "</table>\n";
}

// Who, where, by whom, when, and what it is ranked by.
void task_cells(std::string& out, const report& about, const ranked_task& row) {
  const task& one = about.data.tasks[row.task];
  text_cell(out, about.data.texts[one.name]);
  place_cell(out, about.data, one.site);
  text_cell(out, about.data.tracks[one.track].title);
  number_cell(out, duration(one.begin - about.of.begin));
  number_cell(out, duration(row.value));
}

void add_longest(std::string& out, const report& about) {
  out +=
      "<h2>Stragglers</h2>\n<p class=\"note\">The longest tasks, beside the median of their "
      "place.</p>\n";
  open_table(out,
             {{"task", true},
              {"place", true},
              {"worker", true},
              {"began"},
              {"own time"},
              {"times the median"}});
  for (const ranked_task& row : about.sums.longest) {
    out += "<tr>";
    task_cells(out, about, row);
    number_cell(out, fixed(row.times_median, 1));
    out += "</tr>\n";
  }
  out += "</table>\n";
}

void add_queued(std::string& out, const report& about) {
  out += "<h2>Longest queue delays</h2>\n<p class=\"note\">From the spawn to the start.</p>\n";
  open_table(out, {{"task", true}, {"place", true}, {"worker", true}, {"began"}, {"queued"}});
  for (const ranked_task& row : about.sums.queued) {
    out += "<tr>";
    task_cells(out, about, row);
    out += "</tr>\n";
  }
  out += "</table>\n";
}

void add_workers(std::string& out, const report& about) {
  out += "<h2>Workers</h2>\n";
  open_table(out,
             {{"worker", true},
              {"tasks"},
              {"steals"},
              {"busy"},
              {"of the time"},
              {"waiting"},
              {"sleeping"}});
  for (std::size_t i = 0; i < about.data.tracks.size(); ++i) {
    const busy_track& times = about.of.tracks[i];
    out += "<tr>";
    text_cell(out, about.data.tracks[i].title);
    number_cell(out, std::to_string(times.tasks));
    number_cell(out, std::to_string(about.data.tracks[i].steals));
    number_cell(out, duration(times.busy));
    number_cell(out, share(times.busy, about.sums.wall));
    number_cell(out, duration(times.waiting));
    number_cell(out, duration(times.sleeping));
    out += "</tr>\n";
  }
  out += "</table>\n";
}

void add_stops(std::string& out, const report& about) {
  if (about.data.stops.empty()) {
    return;
  }
  out += "<h2>Stops</h2>\n<p class=\"note\">From the request to the end of the last child.</p>\n";
  open_table(out, {{"what", true}, {"requested"}, {"latency"}});
  for (const stop& each : about.data.stops) {
    out += "<tr>";
    text_cell(out, about.data.texts[each.title]);
    number_cell(out, duration(each.begin - about.of.begin));
    number_cell(out, duration(each.end - each.begin));
    out += "</tr>\n";
  }
  out += "</table>\n";
}

}  // namespace

std::string html_report(const report& about) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>" +
                    html(about.source) + "</title>\n<style>" + std::string(style) +
                    "</style></head><body>\n<h1>covey-trace</h1>\n<p class=\"note\">" +
                    html(about.source) + "</p>\n";
  add_cards(out, about);
  out +=
      "<h2>Timeline</h2>\n<p class=\"note\">Colours are places of spawn, as in the tables below. "
      "<i class=\"key wait\"></i>waiting or blocked &nbsp; <i class=\"key sleep\"></i>sleeping: no "
      "work &nbsp; <i class=\"key path\"></i>critical path &nbsp; <i class=\"key "
      "failed\"></i>failed</p>\n";
  out += timeline(about);
  out += "<h2>Busy workers</h2>\n" + busy_picture(about);
  add_path(out, about);
  add_sites(out, about);
  add_longest(out, about);
  add_queued(out, about);
  add_workers(out, about);
  add_stops(out, about);
  return out + "</body></html>\n";
}

}  // namespace trace_tool
