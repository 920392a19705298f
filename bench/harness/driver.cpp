// SPDX-License-Identifier: Apache-2.0
// What can go wrong with files is found before the first run, which may be hours before the end.
#include "harness/driver.hpp"

#include "harness/callgrind.hpp"
#include "harness/compare.hpp"
#include "harness/machine.hpp"
#include "harness/outputs.hpp"
#include "harness/report.hpp"
#include "harness/runner.hpp"
#include "harness/session.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>
#include <optional>
#include <utility>

namespace bench {
namespace {

std::string now_in_utc() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

/// Each workload in the order of its name, with its contenders.
std::vector<std::vector<contender>> by_workload(const std::vector<contender>& chosen) {
  std::vector<std::vector<contender>> fields;
  for (const contender& entry : chosen) {
    if (fields.empty() || fields.back().front().workload != entry.workload) {
      fields.emplace_back();
    }
    fields.back().push_back(entry);
  }
  return fields;
}

session begin_session(const options& wanted) {
  session all;
  all.facts = facts();
  all.skipped = left_out();
  if (wanted.counts && valgrind_path().empty()) {
    all.skipped.emplace_back("instructions and atomics: valgrind is not installed");
  }
  all.date = now_in_utc();
  all.command = wanted.command;
  all.quick = wanted.quick;
  all.noise = wanted.noise;
  return all;
}

std::size_t planned_runs(const options& wanted) {
  const auto counted =
      std::count_if(wanted.chosen.begin(), wanted.chosen.end(), [&](const contender& entry) {
        return is_counted(wanted, entry);
      });
  const std::size_t timed = wanted.count_only ? 0 : wanted.chosen.size() * wanted.threads.size();
  return timed * wanted.repeat + static_cast<std::size_t>(counted);
}

void run_all(const options& wanted, session& all, progress& told) {
  for (const std::vector<contender>& field : by_workload(wanted.chosen)) {
    for (const std::size_t threads : wanted.threads) {
      told.section(std::string(field.front().workload) + " on " + std::to_string(threads));
      const std::vector<run_record> runs = run_section(wanted, field, threads, told);
      told.hide();
      print_section(std::cout, summarise(runs));
      all.runs.insert(all.runs.end(), runs.begin(), runs.end());
    }
  }
  all.control_seconds = judge_controls(all.runs, wanted.noise);
  all.sections = summarise_all(all.runs);
}

/// Whoever failed, or is too slow to be run often, is not counted either.
bool has_deserved_it(const options& wanted, const session& all, const contender& entry) {
  if (wanted.count_only) {
    return true;
  }
  const std::vector<const section*> own = all.of(std::string(entry.workload));
  const summary* const line = own.back()->find(std::string(entry.name));
  return line != nullptr && line->trouble.empty() &&
         std::chrono::duration<double>(line->most) <= wanted.patience;
}

void count_all(const options& wanted, session& all, progress& told) {
  const std::size_t threads = *std::max_element(wanted.threads.begin(), wanted.threads.end());
  for (const contender& entry : wanted.chosen) {
    if (is_counted(wanted, entry) && has_deserved_it(wanted, all, entry)) {
      told.begin("counting " + std::string(entry.workload) + "/" + std::string(entry.name));
      all.costs.push_back(count_costs(wanted, entry, threads));
      told.done();
    }
  }
}

session run_session(const options& wanted) {
  session all = begin_session(wanted);
  print_header(std::cout, all);
  const bool silent = wanted.quiet || wanted.verbose;
  progress told(silent ? progress::form::none : progress::natural_form(), planned_runs(wanted));
  if (!wanted.count_only) {
    run_all(wanted, all, told);
  }
  count_all(wanted, all, told);
  told.hide();
  if (wanted.count_only) {
    print_costs(std::cout, all);
  } else {
    print_warnings(std::cout, all);
  }
  return all;
}

/// @returns empty after a complaint.
std::optional<baseline> load(const std::string& path) {
  try {
    return read_baseline(path);
  } catch (const bad_baseline& error) {
    std::cerr << "covey-bench: " << error.what() << "\n";
    return std::nullopt;
  }
}

int tell_changes(const baseline& old, const baseline& fresh, double threshold) {
  const comparison changes = compare(old, fresh, threshold);
  print_comparison(std::cout, changes);
  return changes.covey_is_slower() ? something_failed : all_right;
}

int compare_files(const options& wanted, const baseline& old) {
  const std::optional<baseline> fresh = load(wanted.with);
  return fresh ? tell_changes(old, *fresh, wanted.threshold) : bad_usage;
}

}  // namespace

int drive(const options& wanted) {
  std::optional<baseline> old;
  if (!wanted.compare.empty()) {
    old = load(wanted.compare);
    if (!old) {
      return bad_usage;
    }
    if (!wanted.with.empty()) {
      return compare_files(wanted, *old);
    }
  }
  outputs files;
  if (!files.open(wanted)) {
    return bad_usage;
  }
  const session all = run_session(wanted);
  int code = all_right;
  const auto failed = [](const auto& one) { return !one.trouble.empty(); };
  if (std::any_of(all.runs.begin(), all.runs.end(), failed) ||
      (wanted.count_only && std::any_of(all.costs.begin(), all.costs.end(), failed))) {
    std::cerr << "covey-bench: some runs failed\n";
    code = something_failed;
  }
  if (!files.write(all)) {
    code = something_failed;
  }
  if (old) {
    code = std::max(code, tell_changes(*old, baseline_of(all), wanted.threshold));
  }
  return code;
}

}  // namespace bench
