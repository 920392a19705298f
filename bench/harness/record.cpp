// SPDX-License-Identifier: Apache-2.0
// The line of a run: one JSON object.
#include "harness/record.hpp"

#include <nlohmann/json.hpp>

namespace bench {
namespace {

using json = nlohmann::json;

}  // namespace

std::string encode(const run_record& record) {
  json metrics = json::object();
  for (const metric& one : record.result.metrics) {
    metrics[one.name] = one.value;
  }
  return json{{"problem", record.result.problem},
              {"seconds", record.result.seconds},
              {"items", record.result.items},
              {"counted_items", record.result.counted_items},
              {"found", record.result.found},
              {"expected", record.result.expected},
              {"peak_kib", record.peak_kib},
              {"metrics", metrics},
              {"controls", record.controls}}
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
    value.at("counted_items").get_to(result.counted_items);
    value.at("found").get_to(result.found);
    value.at("expected").get_to(result.expected);
    value.at("peak_kib").get_to(record.peak_kib);
    for (const auto& [name, number] : value.at("metrics").items()) {
      result.metrics.push_back({.name = name, .value = number.get<double>()});
    }
    record.controls = value.value("controls", std::vector<double>{});
  } catch (const json::exception&) {
    return false;
  }
  return true;
}

}  // namespace bench
