// SPDX-License-Identifier: Apache-2.0
// Tells what was made before a fork from what was made after it: locks and threads of before are not to be touched.
#pragma once

#include <cstdint>
#include <mutex>
#include <pthread.h>

namespace covey::runtime {

/// @returns a number that differs between a process and its forked children; what was made under another number
/// belongs to a process whose other threads do not exist here. Costs one relaxed load.
[[nodiscard]] std::uint32_t fork_generation() noexcept;

/// Registers locks of the whole process to be held while it forks: what they guard is whole in the forked child, and they
/// are free. They are taken in the order given, in which threads that hold one may wait for the next; while a thread holds
/// one, it may not wait for locks that were registered by another call.
/// @returns 0, or an error number: the system has no memory for it.
template <std::mutex&... Locks>
[[nodiscard]] int hold_at_forks() noexcept {
  constexpr auto release = [] { (Locks.unlock(), ...); };
  return ::pthread_atfork([] { (Locks.lock(), ...); }, release, release);
}

}  // namespace covey::runtime
