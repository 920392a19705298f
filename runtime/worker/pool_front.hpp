// SPDX-License-Identifier: Apache-2.0
// The part of a pool that workers and deques use most: the counters of permits and searchers, and the common queue.
#pragma once

#include "base/fork.hpp"
#include "worker/injector.hpp"

#include <atomic>
#include <cstdint>

namespace covey::runtime {

class pool_front {
 protected:
  // Constant; on another cache line than the counters.
  const std::uint32_t born_in_ = fork_generation();
  std::uint16_t id_ = 0;  // constant; set before the pool is shared

 public:
  explicit pool_front(std::size_t size) noexcept : permits_(static_cast<int>(size)) {}
  pool_front(const pool_front&) = delete;
  pool_front& operator=(const pool_front&) = delete;

  // A loop searches, or could be woken to search.
  [[nodiscard]] bool wants_work() const noexcept {
    return searching_.load(std::memory_order_seq_cst) > 0 ||
           permits_.load(std::memory_order_seq_cst) > 0;
  }
  // A permit is free and no loop searches: whoever adds work must wake a loop.
  [[nodiscard]] bool has_idle_permit() const noexcept {
    return searching_.load(std::memory_order_seq_cst) == 0 &&
           permits_.load(std::memory_order_seq_cst) > 0;
  }

  // --- permits: how many more threads may run covey work -----------------------------------------------------------
  void give_permit() noexcept { permits_.fetch_add(1, std::memory_order_seq_cst); }
  void occupy_permit() noexcept { permits_.fetch_sub(1, std::memory_order_seq_cst); }
  // @returns false: no permit is free.
  [[nodiscard]] bool take_free_permit() noexcept {
    int free = permits_.load(std::memory_order_seq_cst);
    while (free > 0) {
      if (permits_.compare_exchange_weak(free, free - 1, std::memory_order_seq_cst)) {
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] bool has_free_permit() const noexcept {
    return permits_.load(std::memory_order_seq_cst) > 0;
  }
  [[nodiscard]] bool overcrowded() const noexcept {
    return permits_.load(std::memory_order_relaxed) < 0;
  }
  // Gives the caller's permit up if more threads run than the size allows. True for as many callers as are too many.
  [[nodiscard]] bool retire() noexcept {
    int permits = permits_.load(std::memory_order_relaxed);
    while (permits < 0) {
      if (permits_.compare_exchange_weak(permits, permits + 1, std::memory_order_seq_cst)) {
        return true;
      }
    }
    return false;
  }

  // --- searchers: loops that search for work, and loops that were woken to search -----------------------------------
  void begin_search() noexcept { searching_.fetch_add(1, std::memory_order_seq_cst); }
  // @returns whether the caller was the last searcher.
  bool end_search() noexcept { return searching_.fetch_sub(1, std::memory_order_seq_cst) == 1; }
  [[nodiscard]] bool somebody_searches() const noexcept {
    return searching_.load(std::memory_order_seq_cst) > 0;
  }

  // True in a forked child: the pool's threads do not exist there.
  [[nodiscard]] bool from_before_fork() const noexcept { return born_in_ != fork_generation(); }
  [[nodiscard]] bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
  // What frame::holder says of a child that is queued in `common`.
  [[nodiscard]] std::uint16_t id() const noexcept { return id_; }

  // Children that were spawned by others than the owner of their nursery, and those that do not fit into a deque.
  injector common;

 protected:
  ~pool_front() = default;

  // Free permits: size - threads in covey work + permits lent by workers that sleep in a wait.
  //   written  by threads that take, give, lend or take back a permit; may be below zero for a moment.
  //   read     by spawners and loops. seq_cst: part of the sleep protocol.
  alignas(64) std::atomic<int> permits_;
  // Loops that search for work, and loops that were woken to search. Written and read like permits_.
  alignas(64) std::atomic<int> searching_{0};
  std::atomic<bool> closed_{false};
};

}  // namespace covey::runtime
