// SPDX-License-Identifier: Apache-2.0
// The signals that covey's threads take: those that the process takes, whichever thread happened to start them.
#pragma once

#include <signal.h>

namespace covey::runtime {

// @returns the signal mask of the main thread. So a program that blocks SIGINT there, and waits for it in a thread of its
// own, blocks it in all threads of covey, too. A main thread that blocks even SIGSEGV does so for a moment (it starts a
// thread, or forks): then the result is the mask that it was last seen with, or had when the library was loaded.
// The caller must not have blocked signals for a moment itself.
[[nodiscard]] sigset_t process_mask() noexcept;

// The calling thread has that mask from now on. It was started with every signal blocked, or with its creator's mask.
void take_mask(const sigset_t& mask) noexcept;

// Gives the calling thread the mask of the process, at its first call. For threads that another library started (oneTBB).
void take_process_mask() noexcept;

// @returns whether threads that this thread starts begin with the mask of the process.
[[nodiscard]] bool has_process_mask() noexcept;

}  // namespace covey::runtime
