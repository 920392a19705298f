// SPDX-License-Identifier: Apache-2.0
// The end of a scope.
#pragma once

#include "scope/context.hpp"

namespace covey::runtime {

// Frees all that a scope holds, and restores its owner's context and pool. Afterwards nothing points to the scope.
void clear(scope& s) noexcept;

}  // namespace covey::runtime
