// SPDX-License-Identifier: Apache-2.0
// Nurseries that end in another order than they were opened.
#pragma once

#include "scope/context.hpp"

#include <exception>
#include <string>

namespace covey::runtime {

// True if the calling thread has the scope open: it is the innermost one, or those inside it are still open.
[[nodiscard]] bool is_open_here(const scope& s) noexcept;

// Scopes that were opened inside `s` and are still open when it ends. One with a parent of its own may go on: `s` leaves
// the chain below it. The others are stopped and joined first. @returns what they were, in words; empty: none.
// @pre is_open_here(s)
[[nodiscard]] std::string end_inner_scopes(scope& s);

// Ends the thread's stay in the pool that opening `s` took it to. @pre its scope_extra::before is set
void change_pool_back(scope& s) noexcept;

}  // namespace covey::runtime
