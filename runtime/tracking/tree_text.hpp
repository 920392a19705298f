// SPDX-License-Identifier: Apache-2.0
// The tree as text and as a graph.
#pragma once

#include <covey/tracking.hpp>

#include <string>

namespace covey::runtime {

// As to_text() and to_dot() say. @throws std::bad_alloc
[[nodiscard]] std::string text_of(const task_tree& tree);
[[nodiscard]] std::string graph_of(const task_tree& tree);

}  // namespace covey::runtime
