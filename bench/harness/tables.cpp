// SPDX-License-Identifier: Apache-2.0
// Fills the tables; a column that nobody has a value for is left out.
#include "harness/tables.hpp"

#include "harness/text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <set>

namespace bench {
namespace {

using verdict = standing::verdict;

const std::string none{nothing_text};

bool is_covey(const std::string& contender) {
  return contender.starts_with("covey");
}

std::string runs_text(const summary& line) {
  return line.disturbed == 0 ? std::to_string(line.runs)
                             : fmt::format("{} ({} disturbed)", line.runs, line.disturbed);
}

std::set<std::string> metric_names(const std::vector<const section*>& sections) {
  std::set<std::string> names;
  for (const section* at : sections) {
    for (const summary& line : at->lines) {
      for (const auto& [name, value] : line.metrics) {
        names.insert(name);
      }
    }
  }
  return names;
}

table::row times_row(const section& at, const summary& line, const std::set<std::string>& metrics) {
  table::row row{.cells = {line.contender, std::to_string(at.threads)},
                 .strong = is_covey(line.contender)};
  if (line.runs == 0) {
    row.cells.push_back("FAILED: " + line.trouble);
    row.cells.resize(12 + metrics.size(), none);
    return row;
  }
  row.cells.insert(row.cells.end(),
                   {seconds_with_interval(line.seconds) +
                        (line.trouble.empty() ? "" : ", FAILED: " + line.trouble),
                    ratio_with_interval(line.to_covey),
                    ratio_with_interval(line.speedup),
                    line.ns_per_item > 0 ? short_number(line.ns_per_item) : none,
                    short_number(line.overhead_ns),
                    line.ns_per_item > 0 ? short_number(1e9 / line.ns_per_item) : none,
                    fmt::format("{:.2f}", line.cpu_seconds),
                    short_number(line.voluntary) + " + " + short_number(line.involuntary),
                    fmt::format("{:.1f}", line.peak_mib),
                    runs_text(line)});
  for (const std::string& name : metrics) {
    const auto found = line.metrics.find(name);
    row.cells.push_back(found == line.metrics.end() ? none : metric_text(name, found->second));
  }
  return row;
}

/// Without the columns in which no row says anything.
table without_empty_columns(const table& full) {
  table result{.caption = full.caption, .head = {}, .rows = {}};
  std::vector<bool> kept;
  for (std::size_t column = 0; column < full.head.size(); ++column) {
    kept.push_back(std::any_of(full.rows.begin(), full.rows.end(), [&](const table::row& row) {
      return row.cells[column] != none;
    }));
  }
  const auto chosen = [&](const std::vector<std::string>& cells) {
    std::vector<std::string> some;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      if (kept[column]) {
        some.push_back(cells[column]);
      }
    }
    return some;
  };
  result.head = chosen(full.head);
  for (const table::row& row : full.rows) {
    result.rows.push_back({.cells = chosen(row.cells), .strong = row.strong});
  }
  return result;
}

std::string sentence_for(const std::vector<standing>& all, verdict wanted, const char* words) {
  std::string names;
  for (const standing& one : all) {
    if (one.says == wanted) {
      names += (names.empty() ? "" : ", ") + one.at->workload + " (" + one.rival->contender + " " +
               ratio_text(one.rival->to_covey->median) + ")";
    }
  }
  return names.empty() ? "" : words + names + ".";
}

}  // namespace

std::vector<std::string> workloads_of(const session& all) {
  std::vector<std::string> names;
  for (const section* at : all.widest()) {
    names.push_back(at->workload);
  }
  return names;
}

std::string noise_in(const section& at) {
  return at.noisy() ? fmt::format("Noisy: {} of {} runs on {} were disturbed.",
                                  at.disturbed,
                                  at.runs,
                                  support::counted(at.threads, "thread"))
                    : "";
}

table overview_table(const session& all) {
  const std::vector<overall> means = geometric_means(all);
  table result{
      .caption = "Time divided by covey's, on the most threads", .head = {"workload"}, .rows = {}};
  for (const overall& rival : means) {
    result.head.push_back(rival.contender);
  }
  for (const section* at : all.widest()) {
    table::row row{.cells = {at->workload + (at->noisy() ? " (noisy)" : "")}};
    for (const overall& rival : means) {
      const summary* const line = at->find(rival.contender);
      row.cells.push_back(line == nullptr ? none : ratio_with_interval(line->to_covey));
    }
    if (std::any_of(row.cells.begin() + 1, row.cells.end(), [](const std::string& cell) {
          return cell != none;
        })) {
      result.rows.push_back(std::move(row));
    }
  }
  table::row last{.cells = {"geometric mean"}, .strong = true};
  for (const overall& rival : means) {
    last.cells.push_back(fmt::format("{} (of {})", ratio_text(rival.mean), rival.workloads));
  }
  if (!means.empty()) {
    result.rows.push_back(std::move(last));
  }
  return result;
}

table times_table(const session& all, const std::string& workload) {
  const std::vector<const section*> sections = all.of(workload);
  const std::set<std::string> metrics = metric_names(sections);
  table result{.caption = "Times",
               .head = {"contender",
                        "threads",
                        "median [95 %]",
                        "/ covey",
                        "speed-up",
                        "ns/item",
                        "overhead ns",
                        "items/s",
                        "CPU s",
                        "switches",
                        "peak MiB",
                        "runs"},
               .rows = {}};
  for (const std::string& name : metrics) {
    result.head.push_back(metric_label(name));
  }
  for (const section* at : sections) {
    for (const summary& line : at->lines) {
      result.rows.push_back(times_row(*at, line, metrics));
    }
  }
  return without_empty_columns(result);
}

table costs_table(const session& all, const std::string& workload) {
  table result{
      .caption = "Counted per item",
      .head = {"contender", "instructions", "atomics", "allocations", "steals", "not counted"},
      .rows = {}};
  for (const cost* one : all.costs_of(workload)) {
    if (!one->instructions && !one->allocations && !one->steals && one->trouble.empty()) {
      continue;
    }
    result.rows.push_back({.cells = {one->contender,
                                     short_number(one->instructions),
                                     short_number(one->atomics),
                                     short_number(one->allocations),
                                     short_number(one->steals),
                                     one->trouble.empty() ? none : one->trouble},
                           .strong = is_covey(one->contender)});
  }
  return without_empty_columns(result);
}

std::vector<std::string> conclusions(const session& all) {
  const std::vector<standing> where = standings(all);
  std::vector<std::string> sentences;
  if (where.empty()) {
    return sentences;
  }
  const auto count = [&](verdict wanted) {
    return std::count_if(
        where.begin(), where.end(), [&](const standing& one) { return one.says == wanted; });
  };
  const auto unknown = count(verdict::unknown);
  sentences.push_back(fmt::format(
      "Beside its fastest rival, on the most threads, covey is faster in {} of {} workloads, "
      "slower in {}, level in {}{}.",
      count(verdict::ahead),
      where.size(),
      count(verdict::behind),
      count(verdict::level),
      unknown == 0 ? "" : fmt::format("; in {} there are too few rounds to tell", unknown)));
  for (const std::string& sentence :
       {sentence_for(where, verdict::behind, "Slower than its fastest rival: "),
        sentence_for(where, verdict::level, "Level: "),
        sentence_for(where, verdict::ahead, "Faster: "),
        sentence_for(where, verdict::unknown, "Too few rounds: ")}) {
    if (!sentence.empty()) {
      sentences.push_back(sentence);
    }
  }
  return sentences;
}

}  // namespace bench
