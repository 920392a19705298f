// SPDX-License-Identifier: Apache-2.0
// Puts sentences, pictures and tables on the page; every picture has its numbers in a table beside it.
#include "harness/html_report.hpp"

#include "harness/charts.hpp"
#include "harness/html_style.hpp"
#include "harness/tables.hpp"
#include "support/text.hpp"

#include <set>

namespace bench {
namespace {

std::string element(const std::string& name,
                    const std::string& text,
                    const std::string& more = "") {
  return "<" + name + more + ">" + support::html(text) + "</" + name + ">";
}

std::string row_of(const table::row& row) {
  const bool covey = row.strong && row.cells[0].starts_with("covey");
  std::string text =
      covey ? "<tr class=\"strong covey\">" : (row.strong ? "<tr class=\"strong\">" : "<tr>");
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    text += i == 0 ? element("th", row.cells[i], " scope=\"row\"") : element("td", row.cells[i]);
  }
  return text + "</tr>\n";
}

std::string as_html(const table& from) {
  if (from.rows.empty()) {
    return "";
  }
  std::string text = "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" +
                     support::html(from.caption) + "\"><table><caption>" +
                     support::html(from.caption) + "</caption>\n<thead><tr>";
  for (const std::string& cell : from.head) {
    text += element("th", cell, " scope=\"col\"");
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const table::row& row : from.rows) {
    text += row_of(row);
  }
  return text + "</tbody></table></div>\n";
}

std::string list_of(const std::vector<std::string>& sentences) {
  std::string text = "<ul class=\"said\">";
  for (const std::string& sentence : sentences) {
    text += element("li", sentence);
  }
  return text + "</ul>\n";
}

std::string legend(const std::set<std::string>& contenders, const looks& styles) {
  std::string text = "<ul class=\"legend\">";
  for (const std::string& name : contenders) {
    text += "<li>" + legend_mark(styles.of(name)) + element("span", name) + "</li>";
  }
  return text + "</ul>\n";
}

std::string fact(const std::string& name, const std::string& value) {
  return element("dt", name) + element("dd", value) + "\n";
}

std::string facts_of(const session& all) {
  std::string text = "<details open=\"open\"><summary>Machine and build</summary><dl>\n";
  for (const auto& [name, value] : all.facts) {
    text += fact(name, value);
  }
  text += fact("date", all.date) + fact("command", all.command);
  for (const std::string& skipped : all.skipped) {
    text += fact("skipped", skipped);
  }
  return text + "</dl></details>\n";
}

std::string contents(const session& all) {
  std::string text = "<nav aria-label=\"Workloads\">";
  for (const std::string& name : workloads_of(all)) {
    text += "<a href=\"#" + support::html(name) + "\">" + support::html(name) + "</a>\n";
  }
  return text + "</nav>\n";
}

std::string overview(const session& all, const looks& styles) {
  const std::string chart = ratio_chart(all, styles);
  if (chart.empty()) {
    return "";
  }
  std::set<std::string> rivals;
  for (const overall& rival : geometric_means(all)) {
    rivals.insert(rival.contender);
  }
  return "<h2 id=\"overview\">Each rival's time divided by covey's</h2>\n"
         "<p class=\"sub\">On the most threads, of the same round, median and 95 % interval; "
         "logarithmic.</p>\n" +
         legend(rivals, styles) +
         "<p class=\"sides\"><span>← rival faster</span><span>covey faster →</span></p>\n" + chart +
         as_html(overview_table(all));
}

std::string plots(const std::vector<const section*>& sections, const looks& styles) {
  std::string text = "<div class=\"plots\">\n";
  for (const section* at : sections) {
    text += std::string("<div") + (sections.size() == 1 ? " class=\"wide\">" : ">") +
            element("h3", support::counted(at->threads, "thread")) +
            time_chart(*at, sections, styles) + "</div>\n";
  }
  text += "</div>\n";
  if (const std::string curves = speedup_chart(sections, styles); !curves.empty()) {
    std::set<std::string> drawn;
    for (const summary& line : sections.back()->lines) {
      if (line.contender != "serial") {
        drawn.insert(line.contender);
      }
    }
    text += element("h3", "Speed-up") + curves + legend(drawn, styles);
  }
  return text;
}

std::string workload_part(const session& all, const std::string& workload, const looks& styles) {
  const std::vector<const section*> sections = all.of(workload);
  std::string text = "<section>" +
                     element("h2", workload, " id=\"" + support::html(workload) + "\"") +
                     element("p", sections.back()->problem, " class=\"sub\"") + "\n";
  for (const section* at : sections) {
    if (const std::string noise = noise_in(*at); !noise.empty()) {
      text += element("p", noise, " class=\"warn\"");
    }
  }
  return text + plots(sections, styles) + as_html(times_table(all, workload)) +
         as_html(costs_table(all, workload)) + "</section>\n";
}

constexpr const char* legend_of_columns =
    "<details><summary>How to read the tables</summary><dl>\n"
    "<dt>median [95 %]</dt><dd>of the right runs; the interval holds the true median with 95 %, or "
    "spans all runs when they are fewer than six</dd>\n"
    "<dt>/ covey</dt><dd>time divided by covey's time of the same round: above 1, covey is "
    "faster</dd>\n"
    "<dt>speed-up</dt><dd>serial's time of the same round divided by this one</dd>\n"
    "<dt>ns/item</dt><dd>wall time for each item of the workload, such as a spawn</dd>\n"
    "<dt>overhead ns</dt><dd>for each item: the time of all threads together, idle ones included, "
    "less serial's time</dd>\n"
    "<dt>CPU s, switches</dt><dd>processor time, and context switches (voluntary + involuntary), "
    "of "
    "the whole process with its start, warm-up and check</dd>\n"
    "<dt>instructions, atomics</dt><dd>for each item on one thread, counted by callgrind; atomics "
    "lock the bus</dd>\n"
    "<dt>allocations, steals</dt><dd>for each item on the most threads: calls of malloc and its "
    "kin, "
    "and what covey's tracking counts</dd>\n"
    "<dt>disturbed</dt><dd>the control work before or after the run was far from its median: the "
    "machine had other work</dd>\n"
    "</dl></details>\n";

}  // namespace

std::string html_report(const session& all) {
  const looks styles(all);
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
      "<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>covey benchmarks</title>\n<style>" +
      std::string(html_style) + "</style>\n</head>\n<body>\n<main>\n<h1>covey benchmarks</h1>\n" +
      element("p", all.date + (all.quick ? ", small sizes" : ""), " class=\"sub\"") + "\n";
  text += list_of(conclusions(all));
  text += element("h3", "How far to trust this") + list_of(all.warnings());
  text += facts_of(all) + legend_of_columns + contents(all) + overview(all, styles);
  for (const std::string& workload : workloads_of(all)) {
    text += workload_part(all, workload, styles);
  }
  return text + "</main>\n</body>\n</html>\n";
}

}  // namespace bench
