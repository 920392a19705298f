// SPDX-License-Identifier: Apache-2.0
// Waiting well: run what is awaited, help below it, then lend the place and sleep.
#pragma once

#include "scope/context.hpp"

namespace covey::runtime {

// Until every child of `s` has finished. Leaves the scope open.
// @throws structure_error when this thread runs below `s`; pool_error in a forked child.
void wait_children(scope& s);

// The topmost child of `s` in the own deque, taken out; null: there is none.
[[nodiscard]] frame* own_child(record& me, const scope& s) noexcept;

}  // namespace covey::runtime
