// SPDX-License-Identifier: Apache-2.0
// Columns and members. Counts are per million tasks, so that sizes can be compared.
#include "model/output.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

namespace model {
namespace {

struct column {
  const char* name;
  std::uint64_t tally::*count;
};

constexpr std::array<column, 7> columns{{{"steals", &tally::steals},
                                         {"requests", &tally::requests},
                                         {"answers", &tally::answers},
                                         {"forces", &tally::forces},
                                         {"wakes", &tally::wakes},
                                         {"lends", &tally::lends},
                                         {"failed", &tally::failed}}};

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 256> line{};
  const int length = std::snprintf(line.data(), line.size(), pattern, values...);
  return {line.data(), std::min(static_cast<std::size_t>(std::max(length, 0)), line.size() - 1)};
}

double per_million(const outcome& result, const column& which) {
  return static_cast<double>(result.counts.*(which.count)) * 1e6 /
         static_cast<double>(std::max<std::uint64_t>(1, result.tasks));
}

double efficiency(const outcome& result) {
  return result.speedup() / static_cast<double>(result.workers);
}

}  // namespace

void print_table(std::ostream& out, const std::vector<prediction>& all) {
  out << "\n"
      << all.front().workload << "(" << all.front().size << "), " << all.front().result.tasks
      << " tasks; counts per million tasks\n"
      << format("%8s %12s %9s %6s", "workers", "seconds", "speed-up", "each");
  for (const column& each : columns) {
    out << format(" %10s", each.name);
  }
  out << "\n";
  for (const prediction& line : all) {
    const outcome& result = line.result;
    out << format("%8zu %12.6f %9.2f %6.2f",
                  result.workers,
                  to_seconds(result.time),
                  result.speedup(),
                  efficiency(result));
    for (const column& each : columns) {
      out << format(" %10.1f", per_million(result, each));
    }
    out << "\n";
  }
}

void print_csv(std::ostream& out, const std::vector<prediction>& all) {
  out << "workload,size,tasks,workers,seconds,speedup";
  for (const column& each : columns) {
    out << "," << each.name << "_per_million";
  }
  out << "\n";
  for (const prediction& line : all) {
    const outcome& result = line.result;
    out << line.workload << "," << line.size << "," << result.tasks << "," << result.workers
        << format(",%.9f,%.4f", to_seconds(result.time), result.speedup());
    for (const column& each : columns) {
      out << format(",%.3f", per_million(result, each));
    }
    out << "\n";
  }
}

void print_comparison(std::ostream& out, const std::vector<comparison>& all) {
  double worst = 1;
  out << format("%-10s %6s %8s %12s %12s %13s\n",
                "workload",
                "size",
                "threads",
                "real s",
                "model s",
                "model / real");
  for (const comparison& line : all) {
    const double ratio = line.ratio();
    if (std::abs(std::log(ratio)) > std::abs(std::log(worst))) {
      worst = ratio;
    }
    out << format("%-10s %6zu %8zu %12.6f %12.6f %13.3f%s\n",
                  line.real.workload.c_str(),
                  static_cast<std::size_t>(line.real.size),
                  line.real.threads,
                  line.real.seconds,
                  to_seconds(line.result.time),
                  ratio,
                  line.is_yardstick ? "  yardstick" : "");
  }
  out << format("largest error: %.1f %%\n", (worst - 1) * 100);
}

nlohmann::json to_json(const std::vector<prediction>& all, const costs& prices) {
  nlohmann::json value = {{"costs", nlohmann::json::object()}, {"runs", nlohmann::json::array()}};
  for (const named_cost& each : cost_names()) {
    value["costs"][each.name] = prices.*(each.value);
  }
  for (const prediction& line : all) {
    const outcome& result = line.result;
    nlohmann::json run = {{"workload", line.workload},
                          {"size", line.size},
                          {"tasks", result.tasks},
                          {"threads", result.workers},
                          {"seconds", to_seconds(result.time)},
                          {"speedup", result.speedup()}};
    for (const column& each : columns) {
      run[each.name] = result.counts.*(each.count);
    }
    value["runs"].push_back(run);
  }
  return value;
}

nlohmann::json to_json(const std::vector<comparison>& all) {
  nlohmann::json value = nlohmann::json::array();
  for (const comparison& line : all) {
    value.push_back({{"workload", line.real.workload},
                     {"size", line.real.size},
                     {"threads", line.real.threads},
                     {"seconds", line.real.seconds},
                     {"model_seconds", to_seconds(line.result.time)},
                     {"model_to_real", line.ratio()},
                     {"task_ns", line.task_ns},
                     {"yardstick", line.is_yardstick}});
  }
  return {{"comparisons", value}};
}

}  // namespace model
