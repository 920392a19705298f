// SPDX-License-Identifier: Apache-2.0
// The common queue of a pool: children that were spawned by others than the owner of their nursery, first in first out.
#pragma once

#include <covey/detail/frame.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace covey::runtime {

// A ring under one lock. A queued frame knows its position (frame::place, odd), so that whoever waits for a child can
// take it out of the middle; the hole is skipped later.
class injector {
 public:
  // @throws std::bad_alloc; then nothing has changed.
  void push(detail::frame* f) {
    const std::scoped_lock guard(lock_);
    if (tail_ - head_ == ring_.size()) {
      grow();
    }
    f->place.store(tail_ * 2 + 1, std::memory_order_relaxed);
    ring_[tail_++ & (ring_.size() - 1)] = f;
    count_.fetch_add(1, std::memory_order_seq_cst);
  }

  [[nodiscard]] detail::frame* pop() noexcept {
    if (empty()) {
      return nullptr;
    }
    const std::scoped_lock guard(lock_);
    while (head_ != tail_) {
      detail::frame* const f = ring_[head_++ & (ring_.size() - 1)];
      if (f != nullptr) {
        return left(f);
      }
    }
    return nullptr;
  }

  // The first child among the `most` oldest that `wanted` accepts.
  template <class Wanted>
  [[nodiscard]] detail::frame* pop_if(std::size_t most, Wanted wanted) noexcept {
    if (empty()) {
      return nullptr;
    }
    const std::scoped_lock guard(lock_);
    std::size_t seen = 0;
    for (std::uintptr_t at = head_; at != tail_ && seen < most; ++at) {
      detail::frame*& here = ring_[at & (ring_.size() - 1)];
      if (here == nullptr) {
        continue;
      }
      ++seen;
      if (wanted(here)) {
        detail::frame* const f = here;
        here = nullptr;
        return left(f);
      }
    }
    return nullptr;
  }

  // Takes out that very child. False: it is not here (any more).
  [[nodiscard]] bool claim(detail::frame* f) noexcept {
    const std::scoped_lock guard(lock_);
    const std::uintptr_t place = f->place.load(std::memory_order_relaxed);
    const std::uintptr_t at = place / 2;
    if ((place & 1U) == 0 || at - head_ >= tail_ - head_ || ring_[at & (ring_.size() - 1)] != f) {
      return false;
    }
    ring_[at & (ring_.size() - 1)] = nullptr;
    left(f);
    return true;
  }

  [[nodiscard]] bool empty() const noexcept { return count_.load(std::memory_order_seq_cst) == 0; }
  // Grows with every child that left; stands still while nobody takes any.
  [[nodiscard]] std::uint64_t departures() const noexcept {
    return departures_.load(std::memory_order_relaxed);
  }

 private:
  detail::frame* left(detail::frame* f) noexcept {
    f->place.store(0, std::memory_order_relaxed);
    count_.fetch_sub(1, std::memory_order_seq_cst);
    departures_.fetch_add(1, std::memory_order_relaxed);
    return f;
  }
  void grow() {
    std::vector<detail::frame*> wider(ring_.empty() ? 64 : ring_.size() * 2);
    for (std::uintptr_t at = head_; at != tail_; ++at) {
      wider[at & (wider.size() - 1)] = ring_[at & (ring_.size() - 1)];
    }
    ring_.swap(wider);
  }

  std::mutex lock_;  // guards the ring and its ends
  std::vector<detail::frame*> ring_;
  std::uintptr_t head_ = 0;
  std::uintptr_t tail_ = 0;
  // Children in the ring.
  //   written  under the lock.
  //   read     without it, by thieves that look for work and by the last one that falls asleep (seq_cst: see sleep).
  std::atomic<std::size_t> count_{0};
  std::atomic<std::uint64_t> departures_{0};  // written under the lock; read by the starvation tick
};

}  // namespace covey::runtime
