// SPDX-License-Identifier: Apache-2.0
// A stack for signal handlers, so that the overflow of a thread's own stack can be reported.
#pragma once

#include <atomic>

namespace covey::runtime {

// Whether threads that run children are to have one.
//   written  true, once, by install_crash_handler().
//   read     by threads that begin or resume to look for work.
//   order    relaxed: a thread that sees it late gets its stack late.
extern constinit std::atomic<bool> wants_signal_stacks;

// Gives the calling thread a signal stack, until it exits, unless it has one. Without memory it goes without.
void take_signal_stack() noexcept;

inline void take_signal_stack_if_wanted() noexcept {
  if (wants_signal_stacks.load(std::memory_order_relaxed)) {
    take_signal_stack();
  }
}

}  // namespace covey::runtime
