// SPDX-License-Identifier: Apache-2.0
// How far all nodes of a tree are.
#pragma once

#include <covey/tracking.hpp>

#include <cstddef>
#include <vector>

namespace covey::runtime {

// For the nodes from `from` on: 0 … 1, or below zero where nothing is known. Complexity: linear.
[[nodiscard]] std::vector<double> progress_of_all(const task_tree& tree, std::size_t from = 0);

}  // namespace covey::runtime
