// SPDX-License-Identifier: Apache-2.0
// The processor time that this process has used.
#pragma once

#include <ctime>

namespace bench {

/// @returns the seconds that all threads of this process have spent on processors, those that ended included.
[[nodiscard]] inline double processor_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

}  // namespace bench
