// SPDX-License-Identifier: Apache-2.0
// One run as the driver knows it, and the line in which the measuring process reports it.
#pragma once

#include "harness/contender.hpp"

#include <cstddef>
#include <cstdint>
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
  std::string trouble;             ///< empty: the run ended and its answer was right
  std::vector<double> controls{};  ///< seconds of the control work before and after the run
  bool disturbed = false;          ///< a control was far from the median of the session
  double stolen_seconds = 0;       ///< of all processors, by the host, during the run
  double cpu_seconds = 0;          ///< of the whole process
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
};

/// What `record` holds of `result`, `peak_kib` and `controls` as the line that a run reports to the driver.
[[nodiscard]] std::string encode(const run_record& record);
/// @returns false if `line` is no such line.
[[nodiscard]] bool decode(const std::string& line, run_record& record);

}  // namespace bench
