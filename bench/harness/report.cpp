// SPDX-License-Identifier: Apache-2.0
// Statistics over the runs, and their two forms of output.
#include "harness/report.hpp"

#include "harness/machine.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <tuple>

namespace bench {
namespace {

using json = nlohmann::json;

/// @pre values is not empty
double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 256> line{};
  const int length = std::snprintf(line.data(), line.size(), pattern, values...);
  return {line.data(), std::min(static_cast<std::size_t>(std::max(length, 0)), line.size() - 1)};
}

std::string seconds_text(double seconds) {
  if (seconds >= 1) {
    return format("%.3f s", seconds);
  }
  return seconds >= 1e-3 ? format("%.2f ms", seconds * 1e3) : format("%.1f us", seconds * 1e6);
}

json metrics_of(const measurement& result) {
  json all = json::object();
  for (const metric& one : result.metrics) {
    all[one.name] = one.value;
  }
  return all;
}

std::string ratio_text(const std::optional<double>& ratio) {
  if (!ratio) {
    return "-";
  }
  return *ratio >= 0.1 ? format("%.2f", *ratio) : format("%.2g", *ratio);
}

summary summarise_one(const std::vector<const run_record*>& runs,
                      const std::map<std::uint64_t, double>& covey_by_round) {
  summary result;
  result.contender = runs.front()->contender;
  std::vector<double> times;
  std::vector<double> ratios;
  std::uint64_t items = 0;
  for (const run_record* run : runs) {
    if (!run->trouble.empty()) {
      result.trouble = result.trouble.empty() ? run->trouble : result.trouble;
      continue;
    }
    times.push_back(run->result.seconds);
    items = run->result.items;
    result.peak_mib = std::max(result.peak_mib, static_cast<double>(run->peak_kib) / 1024);
    if (const auto covey = covey_by_round.find(run->round); covey != covey_by_round.end()) {
      ratios.push_back(run->result.seconds / covey->second);
    }
  }
  result.runs = times.size();
  if (!times.empty()) {
    result.median = median_of(times);
    result.least = *std::min_element(times.begin(), times.end());
    result.most = *std::max_element(times.begin(), times.end());
    result.ns_per_item = items == 0 ? 0 : result.median * 1e9 / static_cast<double>(items);
  }
  if (!ratios.empty()) {
    result.to_covey = median_of(ratios);
  }
  return result;
}

}  // namespace

std::vector<summary> summarise(const std::vector<run_record>& section) {
  std::map<std::string, std::vector<const run_record*>> by_contender;
  std::map<std::uint64_t, double> covey_by_round;
  for (const run_record& run : section) {
    by_contender[run.contender].push_back(&run);
    if (run.contender == "covey" && run.trouble.empty()) {
      covey_by_round[run.round] = run.result.seconds;
    }
  }
  std::vector<summary> all;
  all.reserve(by_contender.size());
  for (const auto& [name, runs] : by_contender) {
    all.push_back(summarise_one(runs, covey_by_round));
  }
  std::sort(all.begin(), all.end(), [](const summary& a, const summary& b) {
    return std::tuple(a.runs == 0, a.median, a.contender) <
           std::tuple(b.runs == 0, b.median, b.contender);
  });
  return all;
}

void print_header(std::ostream& out) {
  for (const auto& [name, value] : facts()) {
    out << format("%-9s ", name.c_str()) << value << "\n";
  }
  for (const std::string& line : left_out()) {
    out << "skipped   " << line << "\n";
  }
  out << std::flush;
}

void print_section(std::ostream& out, const std::vector<run_record>& section) {
  const run_record& first = section.front();
  const auto named = std::find_if(section.begin(), section.end(), [](const run_record& run) {
    return !run.result.problem.empty();
  });
  out << "\n"
      << (named == section.end() ? first.workload : named->result.problem) << ", " << first.threads
      << (first.threads == 1 ? " thread\n" : " threads\n");
  out << format("  %-14s %11s %11s %11s %8s %9s %9s %5s\n",
                "contender",
                "median",
                "min",
                "max",
                "/ covey",
                "ns/item",
                "peak MiB",
                "runs");
  for (const summary& line : summarise(section)) {
    out << format("  %-14s", line.contender.c_str());
    if (line.runs > 0) {
      out << format(" %11s %11s %11s",
                    seconds_text(line.median).c_str(),
                    seconds_text(line.least).c_str(),
                    seconds_text(line.most).c_str())
          << format(" %8s", ratio_text(line.to_covey).c_str())
          << (line.ns_per_item > 0 ? format(" %9.2f", line.ns_per_item) : format(" %9s", "-"))
          << format(" %9.1f %5zu", line.peak_mib, line.runs);
    }
    out << (line.trouble.empty() ? "" : "  FAILED: " + line.trouble) << "\n";
  }
  out << std::flush;
}

nlohmann::json to_json(const std::vector<run_record>& runs) {
  json machine = json::object();
  for (const auto& [name, value] : facts()) {
    machine[name] = value;
  }
  json list = json::array();
  for (const run_record& run : runs) {
    list.push_back({{"workload", run.workload},
                    {"contender", run.contender},
                    {"problem", run.result.problem},
                    {"threads", run.threads},
                    {"round", run.round},
                    {"seconds", run.result.seconds},
                    {"items", run.result.items},
                    {"peak_kib", run.peak_kib},
                    {"metrics", metrics_of(run.result)},
                    {"trouble", run.trouble}});
  }
  return {{"machine", machine}, {"skipped", left_out()}, {"runs", list}};
}

std::string encode(const measurement& result, std::size_t peak_kib) {
  return json{{"problem", result.problem},
              {"seconds", result.seconds},
              {"items", result.items},
              {"found", result.found},
              {"expected", result.expected},
              {"peak_kib", peak_kib},
              {"metrics", metrics_of(result)}}
      .dump();
}

bool decode(const std::string& line, run_record& record) {
  const json value = json::parse(line, nullptr, false);
  if (!value.is_object()) {
    return false;
  }
  try {
    measurement& result = record.result;
    value.at("problem").get_to(result.problem);
    value.at("seconds").get_to(result.seconds);
    value.at("items").get_to(result.items);
    value.at("found").get_to(result.found);
    value.at("expected").get_to(result.expected);
    value.at("peak_kib").get_to(record.peak_kib);
    for (const auto& [name, number] : value.at("metrics").items()) {
      result.metrics.push_back({.name = name, .value = number.get<double>()});
    }
  } catch (const json::exception&) {
    return false;
  }
  return true;
}

}  // namespace bench
