// SPDX-License-Identifier: Apache-2.0
// The session of the driver: runs what was asked for, prints each section as it ends, and writes the reports.
#pragma once

#include "harness/options.hpp"

namespace bench {

/// @returns the exit code of the program.
[[nodiscard]] int drive(const options& wanted);

}  // namespace bench
