// SPDX-License-Identifier: Apache-2.0
// The life of a worker loop.
#pragma once

#include "pool/crew.hpp"

namespace covey::runtime {

// Searches, runs and rests until told to end. @pre the caller holds a permit (not beyond the size), and counts as a searcher
void run_loop(crew& of, loop_kind kind) noexcept;

}  // namespace covey::runtime
