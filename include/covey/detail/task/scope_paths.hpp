// SPDX-License-Identifier: Apache-2.0
// The inline halves of opening and ending a scope, of queueing a child, and of running one in place.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/compiled/push.hpp>
#include <covey/detail/compiled/slow_spawn.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/worker.hpp>

#include <atomic>
#include <cstdint>

namespace covey::detail {

// Whether a scope that was just made for this thread needs open_slowly(): the thread is not in covey, its stack is nearly
// used up, an exception is in flight, or the scope is born with attention bits. A later stop of an ancestor is pulled.
[[nodiscard]] COVEY_INLINE bool opens_slowly(const scope& s) noexcept {
  return seldom(stack_is_below(s.owner->nest_limit)) ||
         seldom(any_of<attention::inherited>(base_of(s.outer)->attention)) ||
         seldom(s.owner->exceptions->uncaught != 0);
}

// Tells compilers what open_slowly() leaves behind.
COVEY_INLINE void expect_no_children(scope& s) noexcept {
  set_known(s.spawned, std::uint64_t{0});
}

// Whether none of the owner's children is out, and the scope is innermost on its own thread.
[[nodiscard]] COVEY_INLINE bool is_quiet(const scope& s, own_words words) noexcept {
  return often(words.runs_in(body_of(const_cast<scope*>(address_anew<3>(s))))) &&
         often(equal(s.finished, s.spawned.load(std::memory_order_relaxed)));
}
// Whether a scope can end on the fast path: there is nothing to report, either.
[[nodiscard]] COVEY_INLINE bool ends_quietly(const scope& s, own_words words) noexcept {
  return is_quiet(s, words) && often(equal(s.attention, std::uint64_t{0}));
}

// After a frame was put into the slot at sp.
COVEY_INLINE void raise_sp(worker& me, slot* at) {
  slot* const above = at + 1;
  me.sp.store(above, std::memory_order_release);
  light_barrier();  // pairs with the heavy_barrier() of a thief that falls asleep after it set `limit`
  if (reached(above, me.limit)) [[unlikely]] {
    spawn_slow(me);
  }
}

// Queues a filled-in frame of the owner's. False: the scope refused it (only with may_refuse).
// `Waits`: get() may leave the frame in the slot.
template <bool Waits>
COVEY_INLINE bool push_child(worker& me, scope& s, frame* f, bool may_refuse) {
  const std::uint64_t order = known(s.spawned);
  f->order = order;
  s.spawned.store(order + 1, std::memory_order_relaxed);
  light_barrier();  // pairs with the heavy_barrier() of a joiner on another thread, which closes and then counts
  if (any_of<attention::slow_spawn>(s.attention)) [[unlikely]] {
    const admission said = admit(s, f, may_refuse);
    if (said != admission::go_on) {
      return said == admission::settled;
    }
  }
  slot* const at = clear_slot(me);
  put_in_slot(f, at);
  if (Waits && at >= me.waits_below) {
    me.waits_below = at + 1;
  }
  raise_sp(me, at);
  return true;
}

// The owner finished a child of its own.
COVEY_INLINE void count_finished(scope& s) noexcept {
  raise<true>(s.finished);
}

// As child_of(), found anew.
[[nodiscard]] COVEY_INLINE context child_anew(scope& s) noexcept {
  static_assert(in_child == 1);
  return reinterpret_cast<context>(address_anew<4>(reinterpret_cast<char*>(&s)[in_child]));
}

// The time in which get() runs a child of this scope in place: from its body into the child, and back.
class inline_visit {
 public:
  COVEY_INLINE inline_visit(own_words words, scope& s) noexcept : s_(s) {
    words.enter(child_anew(s));
  }
  COVEY_INLINE ~inline_visit() {
    if (armed) [[likely]] {
      const own_words words;
      count_finished(s_);
      words.count_run();
      words.enter(body_of(address_anew<2>(s_)));
    }
  }
  inline_visit(const inline_visit&) = delete;
  inline_visit& operator=(const inline_visit&) = delete;

  bool armed = true;  // false: the child threw, and who handles that does the rest

 private:
  scope& s_;
};

}  // namespace covey::detail
