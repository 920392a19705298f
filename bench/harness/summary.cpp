// SPDX-License-Identifier: Apache-2.0
// Medians over the rounds; ratios are taken within a round first, so that what lasts for a round cancels out.
#include "harness/summary.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace bench {
namespace {

using by_round = std::map<std::uint64_t, double>;

by_round times_of(const std::vector<run_record>& runs, const std::string& contender) {
  by_round times;
  for (const run_record& run : runs) {
    if (run.contender == contender && run.trouble.empty()) {
      times[run.round] = run.result.seconds;
    }
  }
  return times;
}

template <class Value>
double median_over(const std::vector<const run_record*>& runs, const Value& value) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const run_record* run : runs) {
    values.push_back(static_cast<double>(value(*run)));
  }
  return median_of(std::move(values));
}

/// Their quotients in the rounds that both have.
std::optional<estimate> quotient(const by_round& above, const by_round& below) {
  std::vector<double> values;
  for (const auto& [round, seconds] : above) {
    if (const auto other = below.find(round); other != below.end() && other->second > 0) {
      values.push_back(seconds / other->second);
    }
  }
  return values.empty() ? std::nullopt : std::optional(estimate_of(std::move(values)));
}

std::map<std::string, double> metrics_over(const std::vector<const run_record*>& runs) {
  std::map<std::string, std::vector<double>> values;
  for (const run_record* run : runs) {
    for (const metric& one : run->result.metrics) {
      values[one.name].push_back(one.value);
    }
  }
  std::map<std::string, double> medians;
  for (const auto& [name, all] : values) {
    medians[name] = median_of(all);
  }
  return medians;
}

/// @pre `right` is not empty
void fill(summary& result, const std::vector<const run_record*>& right) {
  std::vector<double> times;
  for (const run_record* run : right) {
    times.push_back(run->result.seconds);
    result.disturbed += run->disturbed ? 1U : 0U;
    result.peak_mib = std::max(result.peak_mib, static_cast<double>(run->peak_kib) / 1024);
  }
  result.runs = right.size();
  result.seconds = estimate_of(times);
  std::tie(result.least, result.most) = std::pair(*std::min_element(times.begin(), times.end()),
                                                  *std::max_element(times.begin(), times.end()));
  const auto items = static_cast<double>(right.back()->result.items);
  result.ns_per_item = items == 0 ? 0 : result.seconds.median * 1e9 / items;
  result.cpu_seconds = median_over(right, [](const run_record& run) { return run.cpu_seconds; });
  result.voluntary =
      median_over(right, [](const run_record& run) { return run.voluntary_switches; });
  result.involuntary =
      median_over(right, [](const run_record& run) { return run.involuntary_switches; });
  result.metrics = metrics_over(right);
}

/// What the work costs on all threads together beyond the plain calls of serial, idle threads included.
void add_overheads(section& of) {
  const summary* const serial = of.find("serial");
  if (serial == nullptr || serial->ns_per_item == 0) {
    return;
  }
  for (summary& line : of.lines) {
    if (line.ns_per_item > 0 && line.contender != "serial") {
      line.overhead_ns = line.ns_per_item * static_cast<double>(of.threads) - serial->ns_per_item;
    }
  }
}

bool far_off(const run_record& run, double median, double noise) {
  return std::any_of(run.controls.begin(), run.controls.end(), [&](double control) {
    return std::abs(control / median - 1) > noise;
  });
}

double median_control(const std::vector<run_record>& runs) {
  std::vector<double> controls;
  for (const run_record& run : runs) {
    controls.insert(controls.end(), run.controls.begin(), run.controls.end());
  }
  return controls.empty() ? 0 : median_of(std::move(controls));
}

}  // namespace

const summary* section::find(const std::string& contender) const {
  const auto at = std::find_if(
      lines.begin(), lines.end(), [&](const summary& line) { return line.contender == contender; });
  return at == lines.end() ? nullptr : &*at;
}

section summarise(const std::vector<run_record>& runs) {
  section result;
  result.workload = runs.front().workload;
  result.problem = result.workload;
  result.threads = runs.front().threads;
  result.control_seconds = median_control(runs);
  std::map<std::string, std::vector<const run_record*>> right;
  std::map<std::string, std::string> troubles;
  for (const run_record& run : runs) {
    ++result.runs;
    result.disturbed += run.disturbed ? 1U : 0U;
    result.problem = run.result.problem.empty() ? result.problem : run.result.problem;
    std::vector<const run_record*>& own = right[run.contender];
    if (run.trouble.empty()) {
      own.push_back(&run);
    } else {
      troubles.try_emplace(run.contender, run.trouble);
    }
  }
  const by_round covey = times_of(runs, "covey");
  const by_round serial = times_of(runs, "serial");
  for (const auto& [name, own] : right) {
    summary line;
    line.contender = name;
    line.trouble = troubles[name];
    if (!own.empty()) {
      fill(line, own);
      const by_round mine = times_of(runs, name);
      line.to_covey = quotient(mine, covey);
      line.speedup = quotient(serial, mine);
    }
    result.lines.push_back(std::move(line));
  }
  add_overheads(result);
  std::sort(result.lines.begin(), result.lines.end(), [](const summary& a, const summary& b) {
    return std::tuple(a.runs == 0, a.seconds.median, a.contender) <
           std::tuple(b.runs == 0, b.seconds.median, b.contender);
  });
  return result;
}

double judge_controls(std::vector<run_record>& runs, double noise) {
  const double median = median_control(runs);
  for (run_record& run : runs) {
    run.disturbed = median > 0 && far_off(run, median, noise);
  }
  return median;
}

std::vector<section> summarise_all(const std::vector<run_record>& runs) {
  std::vector<section> all;
  for (auto first = runs.begin(); first != runs.end();) {
    const auto last = std::find_if(first, runs.end(), [&](const run_record& run) {
      return run.workload != first->workload || run.threads != first->threads;
    });
    all.push_back(summarise({first, last}));
    first = last;
  }
  return all;
}

}  // namespace bench
