// SPDX-License-Identifier: Apache-2.0
// The command line of the model as a checked value.
#pragma once

#include "model/costs.hpp"
#include "model/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace model {

/// A run that was measured.
struct real_point {
  std::string workload;
  std::uint64_t size = 0;
  std::size_t threads = 0;
  double seconds = 0;
};

struct options {
  std::vector<const tree_maker*> workloads;
  std::vector<std::size_t> workers;
  std::optional<std::uint64_t> size;  ///< in place of the workload's own
  bool quick = false;
  std::uint32_t seed = 1;
  costs prices;
  bool print_costs = false;
  std::string csv;               ///< empty: no file
  std::string json;              ///< empty: no file
  std::vector<real_point> real;  ///< not empty: compare with these
  std::size_t yardstick = 0;  ///< threads of the points that give the cost of a task; 0: the fewest

  /// The measured run that tells what a task of `of` costs; null: there is none with so many threads.
  [[nodiscard]] const real_point* yardstick_of(const real_point& of) const;
  [[nodiscard]] std::uint64_t size_of(const tree_maker& maker) const {
    return size.value_or(quick ? maker.quick : maker.full);
  }
};

/// @returns the options, or the exit code after help or a complaint was printed.
[[nodiscard]] std::variant<options, int> parse_options(int count, const char* const* values);

/// A JSON array of {workload, threads, seconds} and, if it is not the workload's own, size.
/// @throws std::runtime_error for anything else
[[nodiscard]] std::vector<real_point> read_points(const std::string& path);

}  // namespace model
