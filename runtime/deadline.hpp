// SPDX-License-Identifier: Apache-2.0
// Deadlines of scopes.
#pragma once

#include "context.hpp"

#include <covey/policy.hpp>

namespace covey::runtime {

// Sets the deadline that options ask for; one that has passed stops the scope at once.
void start_deadline(scope& s, clock::time_point when, const time_limit& asked);
// After it returns no deadline fires.
void disarm_deadline(scope_extra& x) noexcept;

}  // namespace covey::runtime
