// SPDX-License-Identifier: Apache-2.0
// Waiting well: run what is awaited, help below it, then lend the place and sleep.
#pragma once

#include "context.hpp"

#include <covey/policy.hpp>

namespace covey::runtime {

// Until every child of `s` has finished. Leaves the scope open.
// @throws structure_error when this thread runs below `s`; pool_error in a forked child.
void wait_children(scope& s);

// Until fewer than `most` children are out; runs one child of `s` if this thread owns it. @returns false: nothing to
// run and sleeping was not allowed, so the caller runs its new child on its own stack.
[[nodiscard]] bool make_room(scope& s, bool may_sleep);

// Gives this worker's place to a substitute while it sleeps or blocks.
void lend_place(record& me) noexcept;
void take_place_back(record& me) noexcept;

[[noreturn]] void throw_forked();
// For whoever makes a pool. @throws pool_error in a process that was forked from one that had pools.
void refuse_pools_after_fork();
[[noreturn]] void throw_shut_down();

}  // namespace covey::runtime
