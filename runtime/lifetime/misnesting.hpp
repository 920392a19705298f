// SPDX-License-Identifier: Apache-2.0
// Nurseries that end in another order than they were opened.
#pragma once

#include "scope/context.hpp"

#include <exception>
#include <string>

namespace covey::runtime {

// True if the scope is open on the calling thread: it is the innermost one, or the outer one of others that are open.
[[nodiscard]] bool is_open_here(const scope& s) noexcept;

// Handles the scopes that were opened inside `s` and are still open when it ends. A scope with a parent of its own stays
// open; `s` is removed from its chain of contexts. The others are stopped and joined. @returns the outermost of those as
// text; empty: none.
// @pre is_open_here(s)
[[nodiscard]] std::string end_inner_scopes(scope& s);

// Ends the thread's stay in the pool that opening `s` took it to. @pre its scope_extra::before is set
void change_pool_back(scope& s) noexcept;

}  // namespace covey::runtime
