// SPDX-License-Identifier: Apache-2.0
// Stops of scopes. A stop is stored at its scope; workers below inherit it when they look, sleepers are woken.
#pragma once

#include "scope/context.hpp"
#include "worker/stop_epoch.hpp"

#include <covey/task_info.hpp>

#include <atomic>
#include <cstdint>

namespace covey::runtime {

// Asks `s` to stop. First cause wins. @returns whether this was the first.
// @param alone only the caller runs in or below `s`, so that no worker has to be told.
bool request_stop(scope& s, const stop_reason& why, bool alone = false) noexcept;

[[nodiscard]] inline bool is_stopped(const detail::context_base& of) noexcept {
  return (of.attention.load(std::memory_order_seq_cst) & detail::attention::stopped) != 0;
}

// Sets the stop bit in all contexts from `c` up to the outermost stopped one above it.
void inherit_stops(context c) noexcept;
// The same for the context of `me`, if a stop was announced since its last call.
void inherit_new_stops(record& me) noexcept;
// As inherit_stops() for `s`, after a check whether its pool was shut down. For code that handles a `cancelled`: a sleeper is
// woken by a shutdown before any scope is marked.
void inherit_stops_and_shutdown(scope& s) noexcept;

// Why a context was stopped. The cause of an ancestor has the kind `parent`. Joined scopes are skipped.
[[nodiscard]] stop_reason why_stopped(context c) noexcept;

// Why a scope was stopped; of a joined one, the cause stored by conclude().
[[nodiscard]] stop_reason cause_of(const scope& s) noexcept;

// The cause of the stop of one child (future::request_stop()).
[[nodiscard]] stop_reason own_stop_of(const frame* f) noexcept;
// The own cause of a context; kind none: it has none.
[[nodiscard]] stop_reason own_cause(context c) noexcept;

// The end of a scope: no stop comes from here any more.
void retire_stop(scope& s) noexcept;

}  // namespace covey::runtime
