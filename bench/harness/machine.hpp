// SPDX-License-Identifier: Apache-2.0
// Facts about the machine and the build, without which a number says nothing.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// @returns name and value of each fact that the system tells, in the order to print them.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> facts();

/// @returns one line for each contender that was left out of this build, with the reason.
[[nodiscard]] std::vector<std::string> left_out();

/// @returns the cores that this process may use.
[[nodiscard]] std::size_t usable_cores();

/// @returns the peak of the resident memory of this process in KiB (VmHWM), 0 if the system does not tell.
[[nodiscard]] std::size_t peak_memory_kib();

}  // namespace bench
