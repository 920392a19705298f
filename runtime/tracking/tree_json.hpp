// SPDX-License-Identifier: Apache-2.0
// The tree as JSON.
#pragma once

#include <covey/tracking.hpp>

#include <string>

namespace covey::runtime {

// As to_json() says. @throws std::bad_alloc
[[nodiscard]] std::string json_of(const task_tree& tree);

}  // namespace covey::runtime
