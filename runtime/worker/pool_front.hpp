// SPDX-License-Identifier: Apache-2.0
// What workers and their deques ask their pool all the time: whether work is wanted, and where it goes that has no deque.
#pragma once

#include "base/fork.hpp"
#include "worker/injector.hpp"

#include <atomic>
#include <cstdint>

namespace covey::runtime {

class pool_front {
 protected:
  // Before what changes all the time, on another cache line.
  const std::uint32_t born_in_ = fork_generation();
  std::uint16_t id_ = 0;  // for ever; set before anybody knows the pool

 public:
  explicit pool_front(std::size_t size) noexcept : places_(static_cast<int>(size)) {}
  pool_front(const pool_front&) = delete;
  pool_front& operator=(const pool_front&) = delete;

  // Somebody searches, or somebody could be woken to.
  [[nodiscard]] bool wants_work() const noexcept {
    return searching_.load(std::memory_order_seq_cst) > 0 ||
           places_.load(std::memory_order_seq_cst) > 0;
  }
  // Nobody searches although a place is free: the next one who has work must wake somebody.
  [[nodiscard]] bool has_idle_place() const noexcept {
    return searching_.load(std::memory_order_seq_cst) == 0 &&
           places_.load(std::memory_order_seq_cst) > 0;
  }

  // --- places: how many more threads may run covey work ------------------------------------------------------------
  void give_place() noexcept { places_.fetch_add(1, std::memory_order_seq_cst); }
  void occupy_place() noexcept { places_.fetch_sub(1, std::memory_order_seq_cst); }
  // A free one, if there is any.
  [[nodiscard]] bool take_free_place() noexcept {
    int free = places_.load(std::memory_order_seq_cst);
    while (free > 0) {
      if (places_.compare_exchange_weak(free, free - 1, std::memory_order_seq_cst)) {
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] bool has_free_place() const noexcept {
    return places_.load(std::memory_order_seq_cst) > 0;
  }
  [[nodiscard]] bool overcrowded() const noexcept {
    return places_.load(std::memory_order_relaxed) < 0;
  }
  // True for the loops that must give way: as many as run beyond the size.
  [[nodiscard]] bool retire() noexcept {
    int places = places_.load(std::memory_order_relaxed);
    while (places < 0) {
      if (places_.compare_exchange_weak(places, places + 1, std::memory_order_seq_cst)) {
        return true;
      }
    }
    return false;
  }

  // --- searchers: loops that look for work, and those woken to -------------------------------------------------------
  void begin_search() noexcept { searching_.fetch_add(1, std::memory_order_seq_cst); }
  // @returns whether nobody searches from here on.
  bool end_search() noexcept { return searching_.fetch_sub(1, std::memory_order_seq_cst) == 1; }
  [[nodiscard]] bool somebody_searches() const noexcept {
    return searching_.load(std::memory_order_seq_cst) > 0;
  }

  // In a forked process: its threads do not exist here.
  [[nodiscard]] bool from_before_fork() const noexcept { return born_in_ != fork_generation(); }
  [[nodiscard]] bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
  // What frame::holder says of a child that is queued in `common`.
  [[nodiscard]] std::uint16_t id() const noexcept { return id_; }

  // Children that were spawned by others than the owner of their nursery, and those that do not fit into a deque.
  injector common;

 protected:
  ~pool_front() = default;

  // Free places: size, less the threads in covey work, plus the places lent by workers that sleep in a wait.
  //   written  by whoever takes, gives, lends or takes back a place; may be below zero for a moment.
  //   read     by spawners and loops. seq_cst: part of the sleep protocol.
  alignas(64) std::atomic<int> places_;
  // Loops that look for work, and those woken to. Written and read like places_.
  alignas(64) std::atomic<int> searching_{0};
  std::atomic<bool> closed_{false};
};

}  // namespace covey::runtime
