// SPDX-License-Identifier: Apache-2.0
// What is said of a scope at its end, and how it reaches somebody.
#pragma once

#include "scope/context.hpp"

#include <exception>
#include <string>

namespace covey::runtime {

// Whether it was said what became of the scope; nothing is added to that any more.
[[nodiscard]] bool concluded(const scope& s) noexcept;
// What conclude() said leaves the scope, to be thrown next. `replaced`: a structure_error is thrown in its place; then
// the failures go to the sink. Null: nothing leaves.
void let_out(scope& s, const std::exception_ptr& conclusion, bool replaced) noexcept;
[[noreturn]] void throw_conclusion(scope& s, const std::exception_ptr& conclusion);

}  // namespace covey::runtime
