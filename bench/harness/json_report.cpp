// SPDX-License-Identifier: Apache-2.0
// Values and what follows from them: the runs one by one, and what the other reports print.
#include "harness/json_report.hpp"

#include <nlohmann/json.hpp>

namespace bench {
namespace {

using nlohmann::ordered_json;

ordered_json as_json(const estimate& value) {
  return {{"median", value.median},
          {"low", value.low},
          {"high", value.high},
          {"confidence", value.confidence},
          {"count", value.count}};
}

ordered_json as_json(const std::optional<estimate>& value) {
  return value ? as_json(*value) : ordered_json(nullptr);
}

ordered_json as_json(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json as_json(const section& where, const summary& line) {
  const std::map<std::string, double>& metrics = line.metrics;
  return {{"workload", where.workload},
          {"problem", where.problem},
          {"threads", where.threads},
          {"contender", line.contender},
          {"runs", line.runs},
          {"disturbed", line.disturbed},
          {"seconds", line.runs > 0 ? as_json(line.seconds) : ordered_json(nullptr)},
          {"min", line.least},
          {"max", line.most},
          {"control_seconds", where.control_seconds},
          {"to_covey", as_json(line.to_covey)},
          {"speedup", as_json(line.speedup)},
          {"ns_per_item",
           line.ns_per_item > 0 ? ordered_json(line.ns_per_item) : ordered_json(nullptr)},
          {"overhead_ns_per_item", as_json(line.overhead_ns)},
          {"cpu_seconds", line.cpu_seconds},
          {"voluntary_switches", line.voluntary},
          {"involuntary_switches", line.involuntary},
          {"peak_mib", line.peak_mib},
          {"metrics", metrics},
          {"trouble", line.trouble}};
}

ordered_json as_json(const cost& one) {
  return {{"workload", one.workload},
          {"contender", one.contender},
          {"threads", one.threads},
          {"instructions_per_item", as_json(one.instructions)},
          {"atomics_per_item", as_json(one.atomics)},
          {"allocations_per_item", as_json(one.allocations)},
          {"steals_per_item", as_json(one.steals)},
          {"trouble", one.trouble}};
}

ordered_json as_json(const run_record& run) {
  ordered_json metrics = ordered_json::object();
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
  ordered_json machine = ordered_json::object();
  for (const auto& [name, value] : all.facts) {
    machine[name] = value;
  }
  ordered_json results = ordered_json::array();
  for (const section& where : all.sections) {
    for (const summary& line : where.lines) {
      results.push_back(as_json(where, line));
    }
  }
  ordered_json costs = ordered_json::array();
  for (const cost& one : all.costs) {
    costs.push_back(as_json(one));
  }
  ordered_json runs = ordered_json::array();
  for (const run_record& run : all.runs) {
    runs.push_back(as_json(run));
  }
  const ordered_json whole = {{"schema", report_schema},
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
  return whole.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace bench
