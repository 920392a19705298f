// SPDX-License-Identifier: Apache-2.0
// The predictions as a table, as CSV and as JSON, and beside measured runs.
#pragma once

#include "model/options.hpp"
#include "model/simulation.hpp"

#include <cstdint>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace model {

struct prediction {
  std::string workload;
  std::uint64_t size = 0;
  outcome result{};
};

/// A measured run, and what the model says of it.
struct comparison {
  real_point real;
  double task_ns = 0;  ///< what a task costs in the model, from the yardstick
  bool is_yardstick = false;
  outcome result{};

  [[nodiscard]] double ratio() const { return to_seconds(result.time) / real.seconds; }
};

/// @param all of one workload
void print_table(std::ostream& out, const std::vector<prediction>& all);
void print_csv(std::ostream& out, const std::vector<prediction>& all);
void print_comparison(std::ostream& out, const std::vector<comparison>& all);
[[nodiscard]] nlohmann::json to_json(const std::vector<prediction>& all, const costs& prices);
[[nodiscard]] nlohmann::json to_json(const std::vector<comparison>& all);

}  // namespace model
