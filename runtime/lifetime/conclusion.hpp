// SPDX-License-Identifier: Apache-2.0
// The conclusion of a scope: what its join throws, and how it is thrown.
#pragma once

#include "scope/context.hpp"

#include <exception>
#include <string>

namespace covey::runtime {

// Whether the scope has a conclusion; no failure is added to it any more.
[[nodiscard]] bool concluded(const scope& s) noexcept;
// Marks the conclusion as handed out, before it is thrown. `replaced`: a structure_error is thrown instead of it; then its
// failures are given to the sink. Null: does nothing.
void let_out(scope& s, const std::exception_ptr& conclusion, bool replaced) noexcept;
[[noreturn]] void throw_conclusion(scope& s, const std::exception_ptr& conclusion);

}  // namespace covey::runtime
