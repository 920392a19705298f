// SPDX-License-Identifier: Apache-2.0
// Everything that one call of the driver found out: what the reports are made of.
#pragma once

#include "harness/summary.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace bench {

struct session {
  std::vector<std::pair<std::string, std::string>> facts;  ///< machine, build, libraries
  std::vector<std::string> skipped;                        ///< left out of this build, and why
  std::string date;                                        ///< UTC, ISO 8601
  std::string command;
  bool quick = false;
  double noise = 0.05;         ///< see options
  double control_seconds = 0;  ///< median of all controls; 0: there is none
  std::vector<run_record> runs;
  std::vector<section> sections;  ///< of `runs`
  std::vector<cost> costs;

  [[nodiscard]] std::size_t disturbed_runs() const;
  [[nodiscard]] double stolen_seconds() const;
  /// @returns what the reports say aloud about noise, one sentence each; never empty.
  [[nodiscard]] std::vector<std::string> warnings() const;
  /// @returns the sections with the most threads, one for each workload.
  [[nodiscard]] std::vector<const section*> widest() const;
  /// @returns the sections of one workload, the fewest threads first.
  [[nodiscard]] std::vector<const section*> of(const std::string& workload) const;
  /// @returns the costs of one workload that were found, or why not.
  [[nodiscard]] std::vector<const cost*> costs_of(const std::string& workload) const;
};

/// How covey stands beside its fastest rival in a section. level: 1 lies in the interval of the ratio; unknown: too few
/// rounds.
struct standing {
  const section* at = nullptr;
  const summary* rival = nullptr;
  enum class verdict { ahead, level, behind, unknown } says = verdict::unknown;
};

/// One for each workload that has covey and a rival; serial is none, nor are other forms of covey (covey-map).
[[nodiscard]] std::vector<standing> standings(const session& all);
[[nodiscard]] bool is_rival(const std::string& contender);

/// A rival over all the workloads that it runs.
struct overall {
  std::string contender;
  double mean = 0;  ///< geometric, of its ratios to covey
  std::size_t workloads = 0;
};
[[nodiscard]] std::vector<overall> geometric_means(const session& all);

}  // namespace bench
