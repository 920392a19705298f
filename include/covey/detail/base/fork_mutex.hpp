// SPDX-License-Identifier: Apache-2.0
// Locks that a forked child never waits for in vain, and the number that tells it from its parent process.
#pragma once

#include <covey/config.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <type_traits>

namespace covey::detail {

/// @returns a number that differs between a process and its forked children; what was made under another number
/// belongs to a process whose other threads do not exist here. Costs one relaxed load.
[[nodiscard]] COVEY_API std::uint32_t fork_generation() noexcept;

/// A mutex that a forked child never waits for in vain: there it is free, whoever held it in the parent process, for that
/// thread does not exist. What it guards may have been in the middle of a change; so those who could work on what was
/// made before the fork refuse first (pool_error), and this is for the rest: reading a cause, a name, a list of records.
/// Takes whatever std::scoped_lock takes. Nothing of the user's runs while one is held (runtime/README.md, "Forks").
class COVEY_API fork_mutex {
 public:
  constexpr fork_mutex() noexcept
      : born_in_(std::is_constant_evaluated() ? 0 : fork_generation()) {}
  fork_mutex(const fork_mutex&) = delete;
  fork_mutex& operator=(const fork_mutex&) = delete;
  ~fork_mutex() = default;

  void lock() {
    if (born_in_.load(std::memory_order_acquire) != fork_generation()) [[unlikely]] {
      take_over();
    }
    inner_.lock();
  }
  [[nodiscard]] bool try_lock() {
    if (born_in_.load(std::memory_order_acquire) != fork_generation()) [[unlikely]] {
      take_over();
    }
    return inner_.try_lock();
  }
  /// A lock that was held across the fork by the very thread that forked is taken over, and so not held any more.
  void unlock() {
    if (born_in_.load(std::memory_order_relaxed) == fork_generation()) [[likely]] {
      inner_.unlock();
    }
  }

 private:
  static constexpr std::uint32_t being_renewed = ~std::uint32_t{0};

  // Makes the mutex anew; the first of several threads of the forked child does.
  void take_over() noexcept;

  // The fork generation that the mutex belongs to; being_renewed: for a moment, none.
  //   written  by the constructor; by take_over(), in a forked child.
  //   read     before each lock.
  //   order    release / acquire: who reads the new generation sees the new mutex.
  std::atomic<std::uint32_t> born_in_;
  std::mutex inner_;
};

}  // namespace covey::detail
