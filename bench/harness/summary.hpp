// SPDX-License-Identifier: Apache-2.0
// What the runs amount to: for each contender of each section its times, ratios and costs.
#pragma once

#include "harness/record.hpp"
#include "harness/statistics.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// A contender's runs in one section.
struct summary {
  std::string contender;
  std::size_t runs = 0;              ///< those without trouble
  std::size_t disturbed = 0;         ///< of these
  estimate seconds;                  ///< with count 0: no run was right
  std::optional<estimate> to_covey;  ///< its time divided by covey's in the same round
  std::optional<estimate> speedup;   ///< serial's time in the same round divided by its time
  double least = 0;
  double most = 0;
  double ns_per_item = 0;             ///< 0: the workload has no item
  std::optional<double> overhead_ns;  ///< per item: threads x its time, without what serial takes
  double peak_mib = 0;                ///< the largest
  double cpu_seconds = 0;             ///< median, of the whole process
  double voluntary = 0;               ///< context switches, median
  double involuntary = 0;             ///< median
  std::map<std::string, double> metrics;  ///< medians
  std::string trouble;                    ///< the first
};

/// A workload with a number of threads.
struct section {
  std::string workload;
  std::string problem;
  std::size_t threads = 0;
  std::size_t runs = 0;
  std::size_t disturbed = 0;
  double control_seconds = 0;  ///< median over its runs; 0: unknown
  std::vector<summary> lines;  ///< the fastest first, those without a right run last

  /// Enough runs were disturbed to doubt what the section says.
  [[nodiscard]] bool noisy() const { return disturbed * 4 > runs; }
  /// @returns the line of that contender, or nullptr.
  [[nodiscard]] const summary* find(const std::string& contender) const;
};

/// What a counting run found, for one contender of a workload; per item.
struct cost {
  std::string workload;
  std::string contender;
  std::optional<double> instructions;  ///< on one thread
  std::optional<double> atomics;       ///< on one thread
  std::optional<double> allocations;   ///< on `threads`
  std::optional<double> steals;        ///< on `threads`
  std::size_t threads = 0;
  std::string trouble;  ///< why something is missing
};

/// @pre `runs` is not empty, and all are of one section
[[nodiscard]] section summarise(const std::vector<run_record>& runs);

/// Sets `disturbed` in every run with a control further than `noise` (0.05: 5 %) from the median of all of them.
/// @returns that median; 0 if there are none.
double judge_controls(std::vector<run_record>& runs, double noise);

/// @returns the sections of `runs` in their order.
[[nodiscard]] std::vector<section> summarise_all(const std::vector<run_record>& runs);

}  // namespace bench
