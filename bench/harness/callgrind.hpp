// SPDX-License-Identifier: Apache-2.0
// Runs this program under callgrind, of valgrind, which counts what is executed between the marks. Needs no performance
// counters, which virtual machines often lack.
#pragma once

#include "harness/child.hpp"

#include <chrono>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>

namespace bench {

/// What all threads of a process executed.
struct executed {
  std::uint64_t instructions = 0;
  std::uint64_t atomics = 0;  ///< those that lock the bus: read, change and write in one step
};

/// @returns the sums in what callgrind wrote; empty: it is no such profile, or was written without `--collect-bus`.
[[nodiscard]] std::optional<executed> executed_in(std::istream& profile);

/// @returns the path of valgrind; empty: it is not installed.
[[nodiscard]] std::string valgrind_path();

struct callgrind_run {
  executed between_marks;
  std::string report;   ///< what the process wrote to `report_descriptor`
  std::string trouble;  ///< not empty: the counts mean nothing, and why
};

/// Runs this program with these arguments. What lies beside it under its name and "-portable" takes its place: valgrind
/// does not know every instruction that -march=native may use.
/// @pre valgrind is installed
/// @throws std::system_error if no process or no folder for the profile could be made.
[[nodiscard]] callgrind_run run_under_callgrind(const std::vector<std::string>& arguments,
                                                std::chrono::milliseconds timeout);

}  // namespace bench
