// SPDX-License-Identifier: Apache-2.0
// covey-bench-model: predicts how fork-join programs scale under covey's scheduler, and tells how wrong that is.
#include "model/options.hpp"
#include "model/output.hpp"
#include "model/simulation.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <variant>

namespace model {
namespace {

constexpr int something_failed = 1;

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) {
    throw std::runtime_error("cannot write " + path);
  }
}

void write_json(const options& wanted, const nlohmann::json& value) {
  if (!wanted.json.empty()) {
    write_file(wanted.json, value.dump(2) + "\n");
  }
}

comparison compare(const options& wanted, const real_point& point) {
  const tree_maker& maker = *find_tree(point.workload);
  const real_point& yardstick = *wanted.yardstick_of(point);
  costs prices = wanted.prices;
  // What all threads spent together, less the work in the leaves, was spent on tasks.
  prices.*(maker.task) = 0;
  const outcome free = simulate(maker.make(point.size, prices), 1, prices, wanted.seed);
  const double spent = yardstick.seconds * static_cast<double>(yardstick.threads);
  comparison result{.real = point};
  result.task_ns =
      std::max(0.0, spent - to_seconds(free.time)) * 1e9 / static_cast<double>(free.tasks);
  result.is_yardstick = &yardstick == &point;
  prices.*(maker.task) = result.task_ns;
  result.result = simulate(maker.make(point.size, prices), point.threads, prices, wanted.seed);
  return result;
}

int compare_all(const options& wanted) {
  std::vector<comparison> all;
  for (const real_point& point : wanted.real) {
    all.push_back(compare(wanted, point));
  }
  print_comparison(std::cout, all);
  write_json(wanted, to_json(all));
  return 0;
}

int predict_all(const options& wanted) {
  std::vector<prediction> all;
  for (const tree_maker* maker : wanted.workloads) {
    const std::uint64_t size = wanted.size_of(*maker);
    const tree program = maker->make(size, wanted.prices);
    std::vector<prediction> section;
    for (const std::size_t workers : wanted.workers) {
      section.push_back(
          {program.name, size, simulate(program, workers, wanted.prices, wanted.seed)});
    }
    print_table(std::cout, section);
    all.insert(all.end(), section.begin(), section.end());
  }
  if (!wanted.csv.empty()) {
    std::ostringstream text;
    print_csv(text, all);
    write_file(wanted.csv, text.str());
  }
  write_json(wanted, to_json(all, wanted.prices));
  return 0;
}

int run(int count, const char* const* values) {
  const auto parsed = parse_options(count, values);
  if (const int* code = std::get_if<int>(&parsed)) {
    return *code;
  }
  const options& wanted = std::get<options>(parsed);
  if (wanted.print_costs) {
    print_costs(std::cout, wanted.prices);
    return 0;
  }
  return wanted.real.empty() ? predict_all(wanted) : compare_all(wanted);
}

}  // namespace
}  // namespace model

int main(int count, char** values) {
  try {
    return model::run(count, values);
  } catch (const std::exception& error) {
    std::cerr << "covey-bench-model: " << error.what() << "\n";
    return model::something_failed;
  }
}
