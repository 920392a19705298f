// SPDX-License-Identifier: Apache-2.0
// The workers of one pool.
#pragma once

#include "worker/record.hpp"

#include <array>
#include <atomic>
#include <cstddef>

namespace covey::runtime {

class member_list {
 public:
  // The record of a thread that enters the pool `of`. @param capacity of a new deque
  // @throws std::bad_alloc; pool_error when there are too many.
  [[nodiscard]] record& enter(crew& of, pool_front& front, worker_kind kind, std::size_t capacity);
  // @pre the calling thread does not own it any more
  void leave(record& me) noexcept;

  // Any thread; hints: one that enters meanwhile may be missed.
  [[nodiscard]] std::size_t size() const noexcept { return count_.load(std::memory_order_acquire); }
  [[nodiscard]] record* at(std::size_t i) const noexcept {
    return (*chunks_[i / chunk_size].load(std::memory_order_acquire))[i % chunk_size].load(
        std::memory_order_acquire);
  }
  // Makes every owner take its slow path at its next spawn.
  void ask() const noexcept;
  [[nodiscard]] bool have_work() const noexcept;
  // Gives all records back to the roster if no thread has one; else changes nothing.
  void give_back() noexcept;

 private:
  static constexpr std::size_t most = 16384;
  static constexpr std::size_t chunk_size = 64;
  using chunk = std::array<std::atomic<record*>, chunk_size>;

  void add(record& r, std::size_t index);

  fork_mutex lock_;  // writers only
  // In chunks that are made on need and stay; entries are reused, never removed.
  std::array<std::atomic<chunk*>, most / chunk_size> chunks_{};
  std::atomic<std::size_t> count_{0};
  record* free_ = nullptr;  // guarded by lock_
};

}  // namespace covey::runtime
