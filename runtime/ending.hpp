// SPDX-License-Identifier: Apache-2.0
// Letting go of a scope.
#pragma once

#include "context.hpp"

#include <exception>
#include <string>

namespace covey::runtime {

// Lets go of all that a scope holds; afterwards nothing points to it.
void clear(scope& s) noexcept;

// Whether it was said what became of the scope; nothing is added to that any more.
[[nodiscard]] bool concluded(const scope& s) noexcept;
// What conclude() said leaves the scope, to be thrown next. `replaced`: a structure_error is thrown in its place; then
// the failures go to the sink. Null: nothing leaves.
void let_out(scope& s, const std::exception_ptr& conclusion, bool replaced) noexcept;
[[noreturn]] void throw_conclusion(scope& s, const std::exception_ptr& conclusion);

// True if the calling thread has the scope open: it is the innermost one, or those inside it are still open.
[[nodiscard]] bool is_open_here(const scope& s) noexcept;

// Scopes that were opened inside `s` and are still open when it ends. One with a parent of its own may go on: `s` leaves
// the chain below it. The others are stopped and joined first. @returns what they were, in words; empty: none.
// @pre is_open_here(s)
[[nodiscard]] std::string end_inner_scopes(scope& s);

// Ends the thread's stay in the pool that opening `s` took it to. @pre its scope_extra::before is set
void change_pool_back(scope& s) noexcept;

}  // namespace covey::runtime
