// SPDX-License-Identifier: Apache-2.0
// The tables of the reports as text in cells; Markdown and HTML draw the same ones.
#pragma once

#include "harness/session.hpp"

#include <string>
#include <vector>

namespace bench {

struct table {
  struct row {
    std::vector<std::string> cells;
    bool strong = false;  ///< to be set off: covey, and means
  };
  std::string caption;
  std::vector<std::string> head;
  std::vector<row> rows;
};

/// Workloads and, for each rival, its time divided by covey's, on the most threads; the geometric means come last.
/// @returns a sentence about the section's noise; empty: there is too little to speak of.
[[nodiscard]] std::string noise_in(const section& at);
[[nodiscard]] table overview_table(const session& all);
/// Every contender with every number of threads.
[[nodiscard]] table times_table(const session& all, const std::string& workload);
/// What was counted. Without rows when nothing was.
[[nodiscard]] table costs_table(const session& all, const std::string& workload);

/// @returns the first sentences of a report: in how many workloads covey is ahead, level, and behind, and in which.
[[nodiscard]] std::vector<std::string> conclusions(const session& all);

/// @returns the workloads in the order in which they ran.
[[nodiscard]] std::vector<std::string> workloads_of(const session& all);

}  // namespace bench
