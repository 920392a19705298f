// SPDX-License-Identifier: Apache-2.0
// Letting go of a scope.
#pragma once

#include "scope/context.hpp"

namespace covey::runtime {

// Lets go of all that a scope holds; afterwards nothing points to it.
void clear(scope& s) noexcept;

}  // namespace covey::runtime
