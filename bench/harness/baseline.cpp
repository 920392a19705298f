// SPDX-License-Identifier: Apache-2.0
// Reads a report.json. The file may come from anywhere: whatever is wrong with it ends in bad_baseline.
#include "harness/compare.hpp"
#include "harness/json_report.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace bench {
namespace {

using json = nlohmann::json;

estimate estimate_in(const json& value) {
  estimate result;
  value.at("median").get_to(result.median);
  value.at("low").get_to(result.low);
  value.at("high").get_to(result.high);
  value.at("confidence").get_to(result.confidence);
  value.at("count").get_to(result.count);
  return result;
}

/// @pre the contender has a right run in that section
baseline::line line_in(const json& value) {
  baseline::line result;
  value.at("workload").get_to(result.workload);
  value.at("problem").get_to(result.problem);
  value.at("contender").get_to(result.contender);
  value.at("threads").get_to(result.threads);
  value.at("control_seconds").get_to(result.control_seconds);
  result.seconds = estimate_in(value.at("seconds"));
  return result;
}

baseline baseline_in(const json& report) {
  baseline result;
  report.at("date").get_to(result.date);
  report.at("machine").get_to(result.machine);
  for (const json& one : report.at("results")) {
    if (!one.at("seconds").is_null()) {
      result.lines.push_back(line_in(one));
    }
  }
  return result;
}

}  // namespace

baseline parse_baseline(const std::string& text, const std::string& name) {
  const json report = json::parse(text, nullptr, false);
  if (report.is_discarded()) {
    throw bad_baseline(name + " is not JSON");
  }
  try {
    if (report.value("program", "") != "covey-bench" || !report.contains("schema")) {
      throw bad_baseline(name +
                         " is not a report of covey-bench (report.json, or what --json wrote)");
    }
    if (report.at("schema") != report_schema) {
      throw bad_baseline(name + " has schema " + report.at("schema").dump() +
                         "; this program reads " + std::to_string(report_schema));
    }
    return baseline_in(report);
  } catch (const json::exception& error) {
    throw bad_baseline(name + " is not a whole report of covey-bench: " + error.what());
  }
}

baseline read_baseline(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.is_open() || file.bad()) {
    throw bad_baseline("cannot read " + path);
  }
  return parse_baseline(text.str(), path);
}

baseline baseline_of(const session& all) {
  return parse_baseline(json_report(all), "this session");
}

}  // namespace bench
