// SPDX-License-Identifier: Apache-2.0
// The graph of waits at limits.
#include "wait/limit_waits.hpp"

#include "base/fork.hpp"
#include "run/seats.hpp"

#include <cstdint>
#include <mutex>

namespace covey::runtime {

namespace {

constinit std::mutex limits_lock;
[[maybe_unused]] const int held_limits_at_forks = hold_at_forks<limits_lock>();
constinit limit_wait* all_waits = nullptr;  // guarded by limits_lock

[[nodiscard]] bool has_limit(const scope& s) noexcept {
  return (s.attention.load(std::memory_order_relaxed) & detail::attention::limited) != 0;
}

// The context that the thread restores when it leaves `c`.
[[nodiscard]] context beneath(context c) noexcept {
  return is_task(c) ? task_of(c).beneath : scope_of(c).outer;
}

[[nodiscard]] bool is_limited_child(context c) noexcept {
  return is_task(c) && has_limit(*task_of(c).of);
}

// Whether a thread that waits in `c` runs in or above a child with a seat.
[[nodiscard]] bool holds_seat(context c) noexcept {
  for (context d = c; d != detail::outside(); d = up(d)) {
    if (is_limited_child(d)) {
      return true;
    }
  }
  for (context d = c; d != detail::outside(); d = beneath(d)) {
    if (is_limited_child(d)) {
      return true;
    }
  }
  return false;
}

constinit std::uint64_t walks = 0;  // guarded by limits_lock

// Seats of `s` whose children make no progress while a thread waits in `c`: children beneath on its stack, and children
// that wait for those. Children that the same walk has counted are left out. @pre limits_lock is held.
[[nodiscard]] std::uint64_t still_seats(context c, const scope& s, std::uint64_t walk) noexcept {
  std::uint64_t count = 0;
  for (; c != detail::outside(); c = beneath(c)) {
    for (context d = c; d != detail::outside(); d = up(d)) {
      if (!is_task(d)) {
        continue;
      }
      task_context& t = task_of(d);
      if (t.visited == walk) {
        break;  // so has been all above it
      }
      t.visited = walk;
      count +=
          static_cast<std::uint64_t>(t.of == &s && detail::has_mark(t.task, detail::mark_seated));
    }
  }
  return count;
}

}  // namespace

struct limit_graph {
  // Whether a seat of `s` may become free: its child waits for no seat, or for a seat that may become free.
  // @pre limits_lock is held.
  [[nodiscard]] static bool may_move(const scope& s) noexcept {
    const std::uint64_t taken =
        taken_seats(s.rare.load(std::memory_order_acquire)->seats.load(std::memory_order_seq_cst));
    const std::uint64_t walk = ++walks;
    std::uint64_t still = 0;
    for (limit_wait* w = all_waits; w != nullptr; w = w->next_) {
      still += still_seats(w->from_, s, walk);
      w->seen_ = w->seen_ || &w->at_ == &s;  // nobody comes here again
    }
    if (still < taken) {
      return true;
    }
    for (limit_wait* w = all_waits; w != nullptr; w = w->next_) {
      if (!w->seen_ && still_seats(w->from_, s, ++walks) != 0 && may_move(w->at_)) {
        return true;
      }
    }
    return false;
  }
};

bool limit_wait::enter() noexcept {
  if (!holds_seat(from_)) {
    return true;
  }
  const std::scoped_lock guard(limits_lock);
  next_ = all_waits;
  all_waits = this;
  for (limit_wait* w = all_waits; w != nullptr; w = w->next_) {
    w->seen_ = false;
  }
  if (limit_graph::may_move(at_)) {
    listed_ = true;
    return true;
  }
  all_waits = next_;
  return false;
}

limit_wait::~limit_wait() {
  if (!listed_) {
    return;
  }
  const std::scoped_lock guard(limits_lock);
  limit_wait** at = &all_waits;
  while (*at != this) {
    at = &(*at)->next_;
  }
  *at = next_;
}

}  // namespace covey::runtime
