// SPDX-License-Identifier: Apache-2.0
// Values and what follows from them: the runs one by one, and what the other reports print.
#include "harness/json_report.hpp"

#include <nlohmann/json.hpp>

namespace bench {
namespace {

using json = nlohmann::ordered_json;

json as_json(const estimate& value) {
  return {{"median", value.median},
          {"low", value.low},
          {"high", value.high},
          {"confidence", value.confidence},
          {"count", value.count}};
}

json as_json(const std::optional<estimate>& value) {
  return value ? as_json(*value) : json(nullptr);
}

json as_json(const std::optional<double>& value) {
  return value ? json(*value) : json(nullptr);
}

json as_json(const section& where, const summary& line) {
  const std::map<std::string, double>& metrics = line.metrics;
  return {{"workload", where.workload},
          {"problem", where.problem},
          {"threads", where.threads},
          {"contender", line.contender},
          {"runs", line.runs},
          {"disturbed", line.disturbed},
          {"seconds", line.runs > 0 ? as_json(line.seconds) : json(nullptr)},
          {"min", line.least},
          {"max", line.most},
          {"control_seconds", where.control_seconds},
          {"to_covey", as_json(line.to_covey)},
          {"speedup", as_json(line.speedup)},
          {"ns_per_item", line.ns_per_item > 0 ? json(line.ns_per_item) : json(nullptr)},
          {"overhead_ns_per_item", as_json(line.overhead_ns)},
          {"cpu_seconds", line.cpu_seconds},
          {"voluntary_switches", line.voluntary},
          {"involuntary_switches", line.involuntary},
          {"peak_mib", line.peak_mib},
          {"metrics", metrics},
          {"trouble", line.trouble}};
}

json as_json(const cost& one) {
  return {{"workload", one.workload},
          {"contender", one.contender},
          {"threads", one.threads},
          {"instructions_per_item", as_json(one.instructions)},
          {"atomics_per_item", as_json(one.atomics)},
          {"allocations_per_item", as_json(one.allocations)},
          {"steals_per_item", as_json(one.steals)},
          {"trouble", one.trouble}};
}

json as_json(const run_record& run) {
  json metrics = json::object();
  for (const metric& one : run.result.metrics) {
    metrics[one.name] = one.value;
  }
  return {{"workload", run.workload},
          {"contender", run.contender},
          {"problem", run.result.problem},
          {"threads", run.threads},
          {"round", run.round},
          {"seconds", run.result.seconds},
          {"items", run.result.items},
          {"peak_kib", run.peak_kib},
          {"cpu_seconds", run.cpu_seconds},
          {"voluntary_switches", run.voluntary_switches},
          {"involuntary_switches", run.involuntary_switches},
          {"stolen_seconds", run.stolen_seconds},
          {"controls", run.controls},
          {"disturbed", run.disturbed},
          {"metrics", metrics},
          {"trouble", run.trouble}};
}

}  // namespace

std::string json_report(const session& all) {
  json machine = json::object();
  for (const auto& [name, value] : all.facts) {
    machine[name] = value;
  }
  json results = json::array();
  for (const section& where : all.sections) {
    for (const summary& line : where.lines) {
      results.push_back(as_json(where, line));
    }
  }
  json costs = json::array();
  for (const cost& one : all.costs) {
    costs.push_back(as_json(one));
  }
  json runs = json::array();
  for (const run_record& run : all.runs) {
    runs.push_back(as_json(run));
  }
  const json whole = {{"schema", report_schema},
                      {"program", "covey-bench"},
                      {"date", all.date},
                      {"command", all.command},
                      {"quick", all.quick},
                      {"machine", machine},
                      {"skipped", all.skipped},
                      {"noise",
                       {{"threshold", all.noise},
                        {"control_seconds", all.control_seconds},
                        {"runs", all.runs.size()},
                        {"disturbed", all.disturbed_runs()},
                        {"stolen_seconds", all.stolen_seconds()},
                        {"said", all.warnings()}}},
                      {"results", results},
                      {"costs", costs},
                      {"runs", runs}};
  return whole.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace bench
