// SPDX-License-Identifier: Apache-2.0
// Headings, sentences and tables.
#include "harness/markdown_report.hpp"

#include "harness/tables.hpp"

namespace bench {
namespace {

std::string cell_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') {
      result += '\\';
    }
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string line_of(const std::vector<std::string>& cells, bool strong) {
  std::string line = "|";
  for (const std::string& cell : cells) {
    line += strong ? " **" + cell_text(cell) + "** |" : " " + cell_text(cell) + " |";
  }
  return line + "\n";
}

std::string as_markdown(const table& from) {
  if (from.rows.empty()) {
    return "";
  }
  std::string text = line_of(from.head, false) + "|---|";
  for (std::size_t i = 1; i < from.head.size(); ++i) {
    text += "---:|";
  }
  text += "\n";
  for (const table::row& row : from.rows) {
    text += line_of(row.cells, row.strong);
  }
  return text + "\n";
}

std::string listed_facts(const session& all) {
  std::string text = "## Machine and build\n\n| | |\n|---|---|\n";
  for (const auto& [name, value] : all.facts) {
    text += line_of({name, value}, false);
  }
  text += line_of({"date", all.date}, false) + line_of({"command", "`" + all.command + "`"}, false);
  for (const std::string& skipped : all.skipped) {
    text += line_of({"skipped", skipped}, false);
  }
  return text + "\n";
}

std::string workload_part(const session& all, const std::string& workload) {
  const std::vector<const section*> sections = all.of(workload);
  std::string text = "## " + workload + "\n\n" + sections.back()->problem + "\n\n";
  for (const section* at : sections) {
    if (const std::string noise = noise_in(*at); !noise.empty()) {
      text += noise + "\n\n";
    }
  }
  text += as_markdown(times_table(all, workload));
  if (const std::string costs = as_markdown(costs_table(all, workload)); !costs.empty()) {
    text += "Counted per item:\n\n" + costs;
  }
  return text;
}

}  // namespace

std::string markdown_report(const session& all) {
  std::string text = "# covey benchmarks\n\n";
  for (const std::string& sentence : conclusions(all)) {
    text += "- " + sentence + "\n";
  }
  for (const std::string& sentence : all.warnings()) {
    text += "- " + sentence + "\n";
  }
  text += "\n" + listed_facts(all) + "## Overview\n\n";
  text +=
      "Time divided by covey's of the same round, on the most threads: above 1, covey is "
      "faster.\n\n";
  text += as_markdown(overview_table(all));
  for (const std::string& workload : workloads_of(all)) {
    text += workload_part(all, workload);
  }
  return text;
}

}  // namespace bench
