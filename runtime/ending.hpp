// SPDX-License-Identifier: Apache-2.0
// Letting go of a scope.
#pragma once

#include "context.hpp"

#include <string>

namespace covey::runtime {

// Lets go of all that a scope holds; afterwards nothing points to it.
void clear(scope& s) noexcept;

// Scopes that were opened inside `s` and are still open when it ends. One with a parent of its own may go on: `s` leaves
// the chain below it. The others are stopped and joined first. @returns what they were, in words; empty: none.
[[nodiscard]] std::string end_inner_scopes(record& me, scope& s);

}  // namespace covey::runtime
