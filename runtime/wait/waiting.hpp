// SPDX-License-Identifier: Apache-2.0
// Waits for all children of a scope: run own ones, help below the scope, then lend the permit and sleep.
#pragma once

#include "scope/context.hpp"

namespace covey::runtime {

// Waits until every child of `s` has finished. The scope stays open.
// @throws structure_error when this thread runs below `s`; pool_error in a forked child.
void wait_children(scope& s);

// Takes the topmost child of `s` out of the deque of `me`. Owner only. Null: there is none.
[[nodiscard]] frame* own_child(record& me, const scope& s) noexcept;

}  // namespace covey::runtime
