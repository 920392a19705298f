// SPDX-License-Identifier: Apache-2.0
// How a stop travels: set at a scope, pulled down the tree by the workers below it, pushed where somebody sleeps.
#pragma once

#include "context.hpp"

#include <covey/task_info.hpp>

#include <atomic>
#include <cstdint>

namespace covey::runtime {

// Scopes and children that were stopped themselves and have not ended. While it is zero nobody walks the tree.
//   written  +1 by the first stop of a scope or child (seq_cst), -1 at its end.
//   read     by every slow path that might have missed a stop.
extern constinit std::atomic<std::uint64_t> active_stops;
// Grows with every stop; a worker compares it with the last one that it pulled.
extern constinit std::atomic<std::uint64_t> stop_epoch;

// Asks `s` to stop. First cause wins. @returns whether this was the first.
// @param alone nothing but the caller runs in or below `s`, so that nobody has to be told.
bool request_stop(scope& s, const stop_reason& why, bool alone = false) noexcept;

[[nodiscard]] inline bool is_stopped(const detail::context_base& of) noexcept {
  return (of.attention.load(std::memory_order_seq_cst) & detail::attention::stopped) != 0;
}

// Marks everything between `c` and the outermost stopped scope above it.
void pull_into(context c) noexcept;
// The same for what `me` runs, if there was a stop since it last looked.
void pull_if_new(record& me) noexcept;
// By the owner: a stop was announced that it has not pulled, in what it runs now.
[[nodiscard]] inline bool has_unseen_stop(const record& me) noexcept {
  return active_stops.load(std::memory_order_seq_cst) != 0 &&
         me.stop_epoch != stop_epoch.load(std::memory_order_seq_cst);
}

// Marks `s`, and what it is in up to there, if a stop from above or the shutdown of its pool has come. For whoever has
// seen a `cancelled`: a sleeper is told of a shutdown before any scope is.
void pull_shutdown_too(scope& s) noexcept;

// Why a context was stopped, as seen from it: an ancestor's cause has kind parent. Joined scopes have no say in it.
[[nodiscard]] stop_reason why_stopped(context c) noexcept;

// The stop state of a scope, made together with those above it. @throws std::bad_alloc
[[nodiscard]] detail::stop_state* state_of_scope(scope& s);
// Of a running child. @throws std::bad_alloc
[[nodiscard]] detail::stop_state* state_of_child(task_context& t);
void forget_child_state(task_context& t) noexcept;
// Asks one child to stop, whatever it does at the moment.
void request_stop(frame* f) noexcept;

// Why a scope was stopped; of a joined one, what was said at its end.
[[nodiscard]] stop_reason cause_of(const scope& s) noexcept;

// The cause of a child that was asked alone to stop.
[[nodiscard]] stop_reason own_stop_of(const frame* f) noexcept;
// The cause that lies in this very context; kind none if it has none of its own.
[[nodiscard]] stop_reason own_cause(context c) noexcept;

// Makes every worker look for stops at its next slow path or question.
void announce_stop() noexcept;
[[nodiscard]] stop_reason shutdown_reason(const crew& of) noexcept;

// The end of a scope: no stop comes from here any more.
void retire_stop(scope& s) noexcept;

// The lowest address of this thread's stack that nesting may use; null when unknown.
[[nodiscard]] const char* own_stack_limit() noexcept;
// Whether this thread has used half of its stack: a spawn runs no child on it any more, so that what it runs may nest.
[[nodiscard]] bool half_stack_used() noexcept;

}  // namespace covey::runtime
