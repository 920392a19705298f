// SPDX-License-Identifier: Apache-2.0
// Threads of the engine receive no signals before they have the process's mask (signal_mask.hpp).
#pragma once

#include <signal.h>

namespace covey::runtime {

// While it lives, threads that are started here begin with every signal blocked: a thread inherits the mask of the one
// that starts it.
class all_signals_blocked {
 public:
  all_signals_blocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~all_signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  all_signals_blocked(const all_signals_blocked&) = delete;
  all_signals_blocked& operator=(const all_signals_blocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace covey::runtime
