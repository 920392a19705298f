// SPDX-License-Identifier: Apache-2.0
// Runs this program instruction by instruction between its marks, and counts. Needs no performance counters, which
// virtual machines often lack, and gives the same number every time.
#pragma once

#include "harness/child.hpp"

#include <cstdint>
#include <string>

namespace bench {

/// What all threads of a process executed between its marks.
struct steps {
  std::uint64_t instructions = 0;
  std::uint64_t atomics = 0;  ///< those with the lock prefix, and exchanges with memory
  std::string report;         ///< what it wrote to `report_descriptor`
  std::string trouble;        ///< not empty: the counts mean nothing, and why
};

/// Gives up after `most` steps.
[[nodiscard]] steps count_steps(launch wanted, std::uint64_t most);

}  // namespace bench
