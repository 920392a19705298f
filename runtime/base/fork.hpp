// SPDX-License-Identifier: Apache-2.0
// Tells what was made before a fork from what was made after it: locks and threads of before are not to be touched.
#pragma once

#include <covey/detail/base/fork_mutex.hpp>

#include <mutex>
#include <pthread.h>

namespace covey::runtime {

using detail::fork_generation;
using detail::fork_mutex;

/// Registers locks of the whole process to be held while it forks: what they guard is whole in the forked child, and they
/// are free. They are taken in the order given, in which threads that hold one may wait for the next; while a thread holds
/// one, it may not wait for locks that were registered by another call.
/// @returns 0, or an error number: the system has no memory for it.
template <std::mutex&... Locks>
[[nodiscard]] int hold_at_forks() noexcept {
  constexpr auto release = [] { (Locks.unlock(), ...); };
  return ::pthread_atfork([] { (Locks.lock(), ...); }, release, release);
}

/// For threads of the engine, when user code that they called has returned: it forked, and this is the forked child, where
/// such a thread has nothing to go on with, nor anybody to return to. Says so on stderr and ends the process (status 1).
/// @param what the user code, for the message: "a child"
[[noreturn]] void end_stray_process(const char* what) noexcept;

}  // namespace covey::runtime
