// SPDX-License-Identifier: Apache-2.0
// What the runs amount to: medians, ratios to covey, a table for people and JSON for programs.
#pragma once

#include "harness/contender.hpp"

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// One run of one contender.
struct run_record {
  std::string workload;
  std::string contender;
  std::size_t threads = 0;  ///< of the section; a serial contender uses one of them
  std::uint64_t round = 0;
  measurement result;
  std::size_t peak_kib = 0;
  std::string trouble;  ///< empty: the run ended and its answer was right
};

/// A contender's runs in one section (a workload with a number of threads).
struct summary {
  std::string contender;
  std::size_t runs = 0;  ///< those without trouble
  double median = 0;
  double least = 0;
  double most = 0;
  std::optional<double>
      to_covey;  ///< median over the rounds of its time divided by covey's in the same round
  double ns_per_item = 0;  ///< 0: the workload has no item
  double peak_mib = 0;     ///< the largest
  std::string trouble;     ///< the first
};

/// @returns one summary for each contender in `section`, the fastest first, those without a right run last.
[[nodiscard]] std::vector<summary> summarise(const std::vector<run_record>& section);

void print_header(std::ostream& out);
void print_section(std::ostream& out, const std::vector<run_record>& section);

[[nodiscard]] nlohmann::json to_json(const std::vector<run_record>& runs);

/// The line that a run reports to the driver.
[[nodiscard]] std::string encode(const measurement& result, std::size_t peak_kib);
/// @returns false if `line` is no such line.
[[nodiscard]] bool decode(const std::string& line, run_record& record);

}  // namespace bench
