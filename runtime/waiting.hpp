// SPDX-License-Identifier: Apache-2.0
// Waiting well: run what is awaited, help below it, then lend the place and sleep.
#pragma once

#include "context.hpp"

#include <covey/policy.hpp>

namespace covey::runtime {

// Until every child of `s` has finished. Leaves the scope open.
// @throws structure_error when this thread runs below `s`; pool_error in a forked child.
void wait_children(scope& s);

// The topmost child of `s` in the own deque, taken out; null: there is none.
[[nodiscard]] frame* own_child(record& me, const scope& s) noexcept;

// Gives this worker's place to a substitute while it sleeps or blocks.
void lend_place(record& me) noexcept;
void take_place_back(record& me) noexcept;

[[noreturn]] void throw_forked();
[[noreturn]] void throw_shut_down();

}  // namespace covey::runtime
