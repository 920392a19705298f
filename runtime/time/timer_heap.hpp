// SPDX-License-Identifier: Apache-2.0
// The armed timers of one clock: a binary heap whose elements store their indices, so that any of them can be removed.
#pragma once

#include "time/timekeeper.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace covey::runtime {

/// Not synchronised. Owns no timer.
class timer_heap {
 public:
  [[nodiscard]] bool empty() const noexcept { return timers_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return timers_.size(); }
  /// @pre not empty.
  [[nodiscard]] timer& first() const noexcept { return *timers_.front(); }
  /// @returns the time of the first timer; max() if there is none.
  [[nodiscard]] clock::time_point next_due() const noexcept {
    return empty() ? clock::time_point::max() : first().due;
  }

  /// Makes room for one timer, and beside it for the one that fires just now, so that re-arming it needs no memory.
  /// @throws std::bad_alloc, with nothing changed.
  void make_room() {
    if (timers_.capacity() < timers_.size() + 2) {
      timers_.reserve(std::max<std::size_t>(16, timers_.capacity() * 2));
    }
  }

  /// @pre there is room, and `t` is in no heap. Complexity: O(log n).
  void insert(timer& t) noexcept {
    timers_.push_back(&t);
    rise(timers_.size() - 1, t);
  }

  /// @pre `t` is in this heap. Complexity: O(log n).
  void remove(timer& t) noexcept {
    const std::size_t index = std::exchange(t.heap_index, timer::nowhere);
    timer& last = *timers_.back();
    timers_.pop_back();
    if (&last != &t) {
      sink(index, last);
      rise(last.heap_index, last);
    }
  }

 private:
  static bool before(const timer& a, const timer& b) noexcept {
    return a.due != b.due ? a.due < b.due : a.order < b.order;
  }
  void put(std::size_t index, timer& t) noexcept {
    timers_[index] = &t;
    t.heap_index = index;
  }
  void rise(std::size_t index, timer& t) noexcept {
    while (index > 0 && before(t, *timers_[(index - 1) / 2])) {
      put(index, *timers_[(index - 1) / 2]);
      index = (index - 1) / 2;
    }
    put(index, t);
  }
  void sink(std::size_t index, timer& t) noexcept {
    for (std::size_t child = 2 * index + 1; child < timers_.size(); child = 2 * index + 1) {
      if (child + 1 < timers_.size() && before(*timers_[child + 1], *timers_[child])) {
        ++child;
      }
      if (!before(*timers_[child], t)) {
        break;
      }
      put(index, *timers_[child]);
      index = child;
    }
    put(index, t);
  }

  std::vector<timer*> timers_;
};

}  // namespace covey::runtime
