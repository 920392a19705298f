// SPDX-License-Identifier: Apache-2.0
// Taking back what a spawn has begun.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime {

// Destroys a child that was never counted.
void undo_spawn(frame* f) noexcept;

}  // namespace covey::runtime
