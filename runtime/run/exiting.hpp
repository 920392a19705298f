// SPDX-License-Identifier: Apache-2.0
// What covey does while the process exits: it waits for others, but not for long, and never for the thread that exits.
#pragma once

#include "scope/context.hpp"

#include <covey/policy.hpp>

#include <atomic>
#include <cstddef>

namespace covey::runtime {

// For whoever makes a pool, after stay_loaded(): handlers learn with what the process exits.
void register_exit_handler() noexcept;

// True if the calling thread is inside exit(), the return of main() included: destructors of static objects and of the
// thread's own run, and handlers. Walks up the stack, so it is for those only who would have to wait otherwise.
[[nodiscard]] bool is_exiting() noexcept;
// The same for the end of a scope: a local variable cannot end there.
[[nodiscard]] bool ends_at_exit(const scope& s) noexcept;

// Until when covey waits for children while the process exits, by the steady clock: 2 s after the first question.
[[nodiscard]] clock::time_point end_of_patience() noexcept;

// Stops the children of `s` (kind shutdown) and waits for them until then, but not for those that the calling thread runs.
// @returns false when children are left: nobody touches the scope any more, not even the end of such a child (see
// linger_if_left()). Says so on stderr, unless it is the caller alone.
[[nodiscard]] bool end_children_at_exit(scope& s) noexcept;

// Scopes that were left with children that run.
//   written  by end_children_at_exit(), by the thread that exits.
//   read     by every thread that has run a child, before it tells the scope.
//   order    seq_cst: rare, and what is gone afterwards is memory of the program's.
extern constinit std::atomic<std::size_t> scopes_left;
void linger(const scope& s) noexcept;

// A child of `s` has ended. If the process exits and has left `s`, whose memory may be gone, this thread stays here until
// the process has ended.
inline void linger_if_left(const scope& s) noexcept {
  if (scopes_left.load(std::memory_order_seq_cst) != 0) [[unlikely]] {
    linger(s);
  }
}

}  // namespace covey::runtime
