// SPDX-License-Identifier: Apache-2.0
// The fork generation, which differs between a process and its forked children, and a mutex that is free in such a child.
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

/// A mutex that is free in a forked child, whichever thread of the parent process held it. The data that it guards may have
/// been in the middle of a change. So functions that would work on data from before the fork throw pool_error first; others
/// read under it what stays valid: a cause, a name, a list of workers.
/// For std::scoped_lock and std::unique_lock. No user code runs while one is held (runtime/README.md, "Forks").
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
