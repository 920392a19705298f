// SPDX-License-Identifier: Apache-2.0
// How a stop travels: set at a scope, pulled down the tree by the workers below it, pushed where somebody sleeps.
#pragma once

#include "scope/context.hpp"
#include "worker/stop_epoch.hpp"

#include <covey/task_info.hpp>

#include <atomic>
#include <cstdint>

namespace covey::runtime {

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
// Marks `s`, and what it is in up to there, if a stop from above or the shutdown of its pool has come. For whoever has
// seen a `cancelled`: a sleeper is told of a shutdown before any scope is.
void pull_shutdown_too(scope& s) noexcept;

// Why a context was stopped, as seen from it: an ancestor's cause has kind parent. Joined scopes have no say in it.
[[nodiscard]] stop_reason why_stopped(context c) noexcept;

// Why a scope was stopped; of a joined one, what was said at its end.
[[nodiscard]] stop_reason cause_of(const scope& s) noexcept;

// The cause of a child that was asked alone to stop.
[[nodiscard]] stop_reason own_stop_of(const frame* f) noexcept;
// The cause that lies in this very context; kind none if it has none of its own.
[[nodiscard]] stop_reason own_cause(context c) noexcept;

// The end of a scope: no stop comes from here any more.
void retire_stop(scope& s) noexcept;

}  // namespace covey::runtime
