// SPDX-License-Identifier: Apache-2.0
// The graph of waits at limits.
#include "limit_waits.hpp"

#include "fork.hpp"

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

// The child of `s` in which `c` lies; zero: none.
[[nodiscard]] context child_above(context c, const scope& s) noexcept {
  for (; c != detail::outside(); c = up(c)) {
    if (is_task(c) && task_of(c).of == &s) {
      return c;
    }
  }
  return 0;
}

[[nodiscard]] bool in_limited_child(context c) noexcept {
  for (; c != detail::outside(); c = up(c)) {
    if (is_task(c) && has_limit(*task_of(c).of)) {
      return true;
    }
  }
  return false;
}

}  // namespace

struct limit_graph {
  // Whether a seat of `s` may become free: one of its children waits for no seat, or for one that may become free.
  // @pre limits_lock is held.
  [[nodiscard]] static bool may_move(const scope& s) noexcept {
    std::uint64_t waiting = 0;
    for (const limit_wait* w = all_waits; w != nullptr; w = w->next_) {
      const context child = child_above(w->from_, s);
      if (child == 0) {
        continue;
      }
      bool counted = false;
      for (const limit_wait* v = all_waits; v != w && !counted; v = v->next_) {
        counted = child_above(v->from_, s) == child;
      }
      waiting += static_cast<std::uint64_t>(!counted);
    }
    if (waiting < s.rare.load(std::memory_order_acquire)->limit) {
      return true;
    }
    for (limit_wait* w = all_waits; w != nullptr; w = w->next_) {
      if (!w->seen_ && child_above(w->from_, s) != 0) {
        w->seen_ = true;
        if (may_move(w->at_)) {
          return true;
        }
      }
    }
    return false;
  }
};

bool limit_wait::enter() noexcept {
  if (!in_limited_child(from_)) {
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
