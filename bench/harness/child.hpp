// SPDX-License-Identifier: Apache-2.0
// Starts this program again as a process of its own and collects what it reports.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// How a process ended, and what the system says it used from its start to its end.
struct ended {
  std::string report;  ///< what it wrote to `report_descriptor`
  int exit_code = -1;
  int signal = 0;  ///< not 0: the signal that ended it
  bool timed_out = false;
  double cpu_seconds = 0;
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
};

/// The descriptor on which a child reports; its stdout and stderr stay the user's.
inline constexpr int report_descriptor = 3;

/// What to start.
struct launch {
  std::vector<std::string> arguments;
  std::string program = "/proc/self/exe";  ///< a path; by default this program again
  std::string preload{};                   ///< a library for LD_PRELOAD; empty: none
};

/// Runs the program and waits, but not longer than `timeout`, after which it is killed.
/// @throws std::system_error if no process could be made.
[[nodiscard]] ended run(const launch& wanted, std::chrono::milliseconds timeout);

/// @returns how the process ended; empty: by itself, with exit code 0.
[[nodiscard]] std::string trouble_of(const ended& process);

}  // namespace bench
