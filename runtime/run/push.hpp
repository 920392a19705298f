// SPDX-License-Identifier: Apache-2.0
// Undoes spawns.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime {

// Destroys a child that was never counted.
void undo_spawn(frame* f) noexcept;

}  // namespace covey::runtime
