// SPDX-License-Identifier: Apache-2.0
// Reads a report.json. The file may come from anywhere: whatever is wrong with it ends in bad_baseline.
#include "harness/compare.hpp"
#include "harness/json_report.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace bench {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(estimate, median, low, high, confidence, count)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(
    baseline::line, workload, problem, contender, threads, control_seconds, seconds)

namespace {

using json = nlohmann::json;

baseline baseline_in(const json& report) {
  baseline result;
  report.at("date").get_to(result.date);
  report.at("machine").get_to(result.machine);
  for (const json& one : report.at("results")) {
    if (!one.at("seconds").is_null()) {
      result.lines.push_back(one.get<baseline::line>());
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
