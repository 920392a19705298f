// SPDX-License-Identifier: Apache-2.0
// Stop states of scopes and children, made on first need: for a token, a callback or a sleep.
#pragma once

#include "scope/context.hpp"

#include <covey/detail/stop/stop_state.hpp>

namespace covey::runtime {

// The stop state of a scope, made together with those above it. @throws std::bad_alloc
[[nodiscard]] detail::stop_state* state_of_scope(scope& s);
// Of a running child. @throws std::bad_alloc
[[nodiscard]] detail::stop_state* state_of_child(task_context& t);
void forget_child_state(task_context& t) noexcept;
// Of a child that may run; with a reference for the caller, null if it has none.
[[nodiscard]] detail::stop_state* state_if_any(const frame* f) noexcept;

}  // namespace covey::runtime
