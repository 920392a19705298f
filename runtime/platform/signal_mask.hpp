// SPDX-License-Identifier: Apache-2.0
// The signals that covey's threads take: those that the process takes, whichever thread happened to start them.
#pragma once

#include <signal.h>

namespace covey::runtime {

// What the main thread blocks: a program that blocks SIGINT there, and waits for it in a thread of its own, blocks it in
// all threads of covey, too. When the main thread blocks even SIGSEGV, that is the middle of something (the start of a
// thread, a fork) and no wish of the program; then it is what was blocked when the library was loaded, or what the main
// thread was last seen to block. To be asked before the caller blocks anything for a moment.
[[nodiscard]] sigset_t process_mask() noexcept;

// The calling thread has that mask from now on. It was started with every signal blocked, or with its creator's mask.
void take_mask(const sigset_t& mask) noexcept;

// For a thread that somebody else started, such as oneTBB: the process's mask, the first time that it comes here.
void take_process_mask() noexcept;

// @returns whether threads that this thread starts begin with the mask of the process.
[[nodiscard]] bool has_process_mask() noexcept;

}  // namespace covey::runtime
