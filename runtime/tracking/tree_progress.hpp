// SPDX-License-Identifier: Apache-2.0
// How far the nodes of a tree are.
#pragma once

#include <covey/tracking.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace covey::runtime {

// For the nodes from `from` on: 0 … 1, or below zero where nothing is known. Complexity: linear.
[[nodiscard]] std::vector<double> progress_of_all(const task_tree& tree, std::size_t from = 0);
// As weighted_progress() says. @throws std::out_of_range
[[nodiscard]] std::optional<double> progress_of(const task_tree& tree, std::size_t node);

}  // namespace covey::runtime
