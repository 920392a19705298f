// SPDX-License-Identifier: Apache-2.0
// The common queue of a pool: children that were spawned by others than the owner of their nursery, first in first out.
#pragma once

#include <covey/detail/base/fork_mutex.hpp>
#include <covey/detail/task/frame.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace covey::runtime {

// A ring under one lock. A queued frame stores its position (frame::queue_position, odd), so that a waiter can take the child that
// it waits for out of the middle, which leaves a hole. Each hole is passed once: pop() leaves it behind, pop_if() moves the
// children that it passed behind it, and a ring with many holes is compacted instead of widened.
class injector {
 public:
  // @throws std::bad_alloc; then nothing has changed.
  void push(detail::frame* f) {
    const std::scoped_lock guard(lock_);
    make_room(1);
    put(tail_++, f);
    count_.fetch_add(1, std::memory_order_seq_cst);
  }

  // The same for several children that leave a deque, under one lock. @param holder the new value of frame::holder
  void push_all(std::span<detail::frame* const> all, std::uint16_t holder) {
    const std::scoped_lock guard(lock_);
    make_room(all.size());
    for (detail::frame* const f : all) {
      f->holder.store(holder, std::memory_order_relaxed);
      put(tail_++, f);
    }
    count_.fetch_add(all.size(), std::memory_order_seq_cst);
  }

  [[nodiscard]] detail::frame* pop() noexcept {
    if (empty()) {
      return nullptr;
    }
    std::vector<detail::frame*> used_up;  // freed after the lock
    const std::scoped_lock guard(lock_);
    while (head_ != tail_) {
      detail::frame* const f = at_position(head_++);
      if (f != nullptr) {
        return left(f, used_up);
      }
    }
    return nullptr;
  }

  static constexpr std::size_t most_passed = 16;

  // The first child among the oldest few that `wanted` accepts.
  template <class Wanted>
  [[nodiscard]] detail::frame* pop_if(Wanted wanted) noexcept {
    if (empty()) {
      return nullptr;
    }
    std::vector<detail::frame*> used_up;
    const std::scoped_lock guard(lock_);
    std::array<detail::frame*, most_passed> passed{};
    std::size_t count = 0;
    detail::frame* found = nullptr;
    std::uintptr_t at = head_;
    while (found == nullptr && at != tail_ && count < most_passed) {
      detail::frame* const here = at_position(at++);
      if (here == nullptr) {
        continue;
      }
      if (wanted(here)) {
        found = here;
      } else {
        passed[count++] = here;
      }
    }
    if (at - head_ > count) {
      while (count > 0) {
        put(--at, passed[--count]);
      }
      head_ = at;
    }
    return found != nullptr ? left(found, used_up) : nullptr;
  }

  // The oldest child that `wanted` accepts, of all. Linear in the children before it: for the exit of the process.
  template <class Wanted>
  [[nodiscard]] detail::frame* take_any(Wanted wanted) noexcept {
    std::vector<detail::frame*> used_up;
    const std::scoped_lock guard(lock_);
    while (head_ != tail_ && at_position(head_) == nullptr) {
      ++head_;
    }
    for (std::uintptr_t at = head_; at != tail_; ++at) {
      detail::frame* const here = at_position(at);
      if (here != nullptr && wanted(here)) {
        at_position(at) = nullptr;
        return left(here, used_up);
      }
    }
    return nullptr;
  }

  // Takes out that very child. False: it is not here (any more).
  [[nodiscard]] bool claim(detail::frame* f) noexcept {
    std::vector<detail::frame*> used_up;
    const std::scoped_lock guard(lock_);
    const std::uintptr_t position = f->queue_position.load(std::memory_order_relaxed);
    const std::uintptr_t at = position / 2;
    if ((position & 1U) == 0 || at - head_ >= tail_ - head_ || at_position(at) != f) {
      return false;
    }
    at_position(at) = nullptr;
    static_cast<void>(left(f, used_up));
    return true;
  }

  [[nodiscard]] bool empty() const noexcept { return count_.load(std::memory_order_seq_cst) == 0; }
  // Children that the ring can hold before it grows. Not while others use the queue.
  [[nodiscard]] std::size_t ring_capacity() const noexcept { return ring_.size(); }
  // Children ever taken out.
  [[nodiscard]] std::uint64_t departures() const noexcept {
    return departures_.load(std::memory_order_relaxed);
  }

 private:
  // A ring that grew beyond this is given back when the queue is empty: it grew for a burst.
  static constexpr std::size_t kept_ring = 4096;

  [[nodiscard]] detail::frame*& at_position(std::uintptr_t at) noexcept {
    return ring_[at & (ring_.size() - 1)];
  }
  void put(std::uintptr_t at, detail::frame* f) noexcept {
    f->queue_position.store(at * 2 + 1, std::memory_order_relaxed);
    at_position(at) = f;
  }
  [[nodiscard]] detail::frame* left(detail::frame* f,
                                    std::vector<detail::frame*>& used_up) noexcept {
    f->queue_position.store(0, std::memory_order_relaxed);
    departures_.fetch_add(1, std::memory_order_relaxed);
    if (count_.fetch_sub(1, std::memory_order_seq_cst) == 1) {
      head_ = tail_;
      if (ring_.size() > kept_ring) {
        used_up.swap(ring_);
      }
    }
    return f;
  }
  // Makes room for `more` children: compacts the ring if that leaves half of it free, else widens it.
  void make_room(std::size_t more) {
    if (ring_.size() - (tail_ - head_) >= more) {
      return;
    }
    const std::size_t needed = count_.load(std::memory_order_relaxed) + more;
    std::vector<detail::frame*> wider;
    if (needed > ring_.size() / 2) {
      wider.resize(std::bit_ceil(std::max(needed + needed / 2, std::size_t{64})));
    }
    std::vector<detail::frame*>& to = wider.empty() ? ring_ : wider;
    std::uintptr_t end = head_;
    for (std::uintptr_t at = head_; at != tail_; ++at) {
      if (detail::frame* const f = at_position(at)) {
        f->queue_position.store(end * 2 + 1, std::memory_order_relaxed);
        to[end++ & (to.size() - 1)] = f;
      }
    }
    tail_ = end;
    if (!wider.empty()) {
      ring_.swap(wider);
    }
  }

  detail::fork_mutex lock_;  // guards the ring and its ends
  std::vector<detail::frame*> ring_;
  std::uintptr_t head_ = 0;
  std::uintptr_t tail_ = 0;
  // Children in the ring.
  //   written  under the lock.
  //   read     without it, by thieves that search and by the last searcher before it sleeps.
  //   order    seq_cst: part of the sleep protocol (runtime/README.md, "Permits and sleep").
  std::atomic<std::size_t> count_{0};
  std::atomic<std::uint64_t> departures_{0};  // written under the lock; read by the starvation tick
};

}  // namespace covey::runtime
