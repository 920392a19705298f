// SPDX-License-Identifier: Apache-2.0
// Starts this program again as a process of its own and collects what it reports.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace bench {

/// How a process ended.
struct ended {
  std::string report;  ///< what it wrote to `report_descriptor`
  int exit_code = -1;
  int signal = 0;  ///< not 0: the signal that ended it
  bool timed_out = false;
};

/// The descriptor on which a child reports; its stdout and stderr stay the user's.
inline constexpr int report_descriptor = 3;

/// Runs this program with `arguments` and waits, but not longer than `timeout`, after which it is killed.
/// @throws std::system_error if no process could be made.
[[nodiscard]] ended run_self(const std::vector<std::string>& arguments,
                             std::chrono::milliseconds timeout);

}  // namespace bench
