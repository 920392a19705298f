// SPDX-License-Identifier: Apache-2.0
// Runs contenders in processes of their own: the rounds of a section, and the runs that count.
#pragma once

#include "harness/options.hpp"
#include "harness/progress.hpp"
#include "harness/record.hpp"
#include "harness/summary.hpp"

#include <cstddef>
#include <vector>

namespace bench {

/// All rounds of one workload with one number of threads. The order turns from round to round, so that nobody always
/// runs after the same neighbour; whoever failed or took longer than our patience is not run again.
[[nodiscard]] std::vector<run_record> run_section(const options& wanted,
                                                  std::vector<contender> field,
                                                  std::size_t threads,
                                                  progress& told);

/// What one item costs a contender, counted: allocations and steals in a run of the usual size on `threads`, instructions
/// as the difference of two small sizes on one thread.
[[nodiscard]] cost count_costs(const options& wanted, const contender& entry, std::size_t threads);

/// @returns true if `entry` is worth counting. With --quick these are few.
[[nodiscard]] bool is_counted(const options& wanted, const contender& entry);

}  // namespace bench
