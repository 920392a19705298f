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

/// Registers a lock of the whole process to be held while it forks: what the lock guards is whole in the forked child, and
/// the lock free. No thread may wait for another lock that is registered while it holds this one.
/// @returns 0, or an error number: the system has no memory for it.
template <std::mutex& Lock>
[[nodiscard]] int hold_at_forks() noexcept {
  return ::pthread_atfork([] { Lock.lock(); }, [] { Lock.unlock(); }, [] { Lock.unlock(); });
}

}  // namespace covey::runtime
