// SPDX-License-Identifier: Apache-2.0
// Reads the command line with CLI11, and the measured points; whatever is wrong with them ends in exit code 2.
#include "model/options.hpp"

#include "support/argument_checks.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace model {
namespace {

constexpr int bad_usage = 2;
constexpr std::int64_t most_workers = 1'024;

/// What CLI11 fills in: signed, so that "-1" is out of range.
struct raw_options {
  std::vector<std::string> workloads;
  std::vector<std::int64_t> workers;
  std::int64_t size = -1;
  double work = -1;
  std::string prices;
  std::string real;
  std::int64_t yardstick = 0;
};

void describe(CLI::App& app, options& result, raw_options& raw) {
  app.add_option("--workload", raw.workloads, "of fib, skynet, flat (default: all)")
      ->delimiter(',');
  app.add_option("--workers", raw.workers, "such as 1,2,64 (default: 1,2,4 … 256)")
      ->delimiter(',')
      ->check(CLI::Range(std::int64_t{1}, most_workers));
  app.add_option("--size", raw.size, "size of the workloads, as in covey-bench");
  app.add_flag("--quick", result.quick, "small sizes");
  app.add_option("--work", raw.work, "work in each leaf, in ns")
      ->check(CLI::Validator(support::in_range(0.0, 1e9, "a time from 0 to 1000000000 ns"), ""));
  app.add_option("--seed", result.seed, "of the thieves' choice of victims")->capture_default_str();
  app.add_option("--costs", raw.prices, "JSON file with costs that differ from --print-costs");
  app.add_flag("--print-costs", result.print_costs, "print the costs as JSON, simulate nothing");
  app.add_option("--csv", result.csv, "also write the table to this file");
  app.add_option("--json", result.json, "also write everything to this file");
  app.add_option("--real", raw.real, "compare with measured runs: [{workload, threads, seconds}]");
  app.add_option("--yardstick",
                 raw.yardstick,
                 "with --real: a task costs what it did with so many threads (default: the fewest)")
      ->check(CLI::Range(std::int64_t{1}, most_workers));
}

void choose_workloads(options& result, const raw_options& raw) {
  for (const std::string& name : raw.workloads) {
    result.workloads.push_back(find_tree(name));
    if (result.workloads.back() == nullptr) {
      throw CLI::ValidationError("--workload: no workload " + name);
    }
  }
  if (result.workloads.empty()) {
    for (const tree_maker& maker : tree_makers()) {
      result.workloads.push_back(&maker);
    }
  }
}

void check_size(const tree_maker& maker, std::uint64_t size) {
  if (size < maker.least || size > maker.most) {
    throw CLI::ValidationError("size: " + std::string(maker.name) + " takes " +
                               std::to_string(maker.least) + " to " + std::to_string(maker.most));
  }
}

void convert(options& result, const raw_options& raw) {
  choose_workloads(result, raw);
  for (const std::int64_t workers : raw.workers) {
    result.workers.push_back(static_cast<std::size_t>(workers));
  }
  if (result.workers.empty()) {
    result.workers = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  }
  if (raw.size != -1) {
    result.size = raw.size < 0 ? 0 : static_cast<std::uint64_t>(raw.size);
    for (const tree_maker* maker : result.workloads) {
      check_size(*maker, *result.size);
    }
  }
  if (!raw.prices.empty()) {
    result.prices = read_costs(raw.prices, result.prices);
  }
  if (raw.work >= 0) {
    result.prices.work = raw.work;
  }
  if (!raw.real.empty()) {
    result.real = read_points(raw.real);
  }
  result.yardstick = static_cast<std::size_t>(raw.yardstick);
  for (const real_point& point : result.real) {
    if (result.yardstick_of(point) == nullptr) {
      throw CLI::ValidationError("--yardstick: no run of " + point.workload + " with " +
                                 std::to_string(result.yardstick) + " threads");
    }
  }
}

real_point read_point(const nlohmann::json& value) {
  real_point point;
  value.at("workload").get_to(point.workload);
  const std::int64_t threads = value.at("threads").get<std::int64_t>();
  value.at("seconds").get_to(point.seconds);
  const tree_maker* const maker = find_tree(point.workload);
  if (maker == nullptr || threads < 1 || threads > most_workers || !(point.seconds > 0)) {
    throw std::runtime_error("no such run can be modelled: " + value.dump());
  }
  point.threads = static_cast<std::size_t>(threads);
  point.size = value.value("size", maker->full);
  check_size(*maker, point.size);
  return point;
}

}  // namespace

const real_point* options::yardstick_of(const real_point& of) const {
  const real_point* best = nullptr;
  for (const real_point& point : real) {
    const bool fits = point.workload == of.workload && point.size == of.size &&
                      (yardstick == 0 || point.threads == yardstick);
    if (fits && (best == nullptr || point.threads < best->threads)) {
      best = &point;
    }
  }
  return best;
}

std::vector<real_point> read_points(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  std::vector<real_point> points;
  try {
    const nlohmann::json value = nlohmann::json::parse(file);
    if (!value.is_array() || value.empty()) {
      throw std::runtime_error("not an array of runs");
    }
    for (const nlohmann::json& each : value) {
      points.push_back(read_point(each));
    }
  } catch (const std::exception& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
  return points;
}

std::variant<options, int> parse_options(int count, const char* const* values) {
  CLI::App app(
      "Simulates covey's scheduler on 1 to 1,024 cores and predicts how fork-join programs scale.",
      "covey-bench-model");
  options result;
  raw_options raw;
  describe(app, result, raw);
  try {
    app.parse(count, values);
    convert(result, raw);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return 0;
  } catch (const CLI::Error& error) {
    std::cerr << "covey-bench-model: " << error.what() << "\n\n" << app.help();
    return bad_usage;
  } catch (const std::runtime_error& error) {
    std::cerr << "covey-bench-model: " << error.what() << "\n";
    return bad_usage;
  }
  return result;
}

}  // namespace model
