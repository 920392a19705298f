// SPDX-License-Identifier: Apache-2.0
// The inline halves of opening and ending a scope, of queueing a child, and of running one in place.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/compiled/push.hpp>
#include <covey/detail/compiled/slow_spawn.hpp>
#include <covey/detail/fast/barrier.hpp>
#include <covey/detail/fast/raise.hpp>
#include <covey/detail/fast/stack_pointer.hpp>
#include <covey/detail/fast/thread_words.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/worker.hpp>

#include <atomic>
#include <cstdint>

namespace covey::detail {

// Whether a scope that was just made for this thread needs open_slowly(): the thread is not in covey, its stack is nearly
// used up, an exception is in flight, or the scope is born with attention bits. A later stop of an ancestor is inherited when somebody looks for it.
[[nodiscard]] COVEY_INLINE bool opens_slowly(const scope& s) noexcept {
  if (stack_pointer() < s.owner->stack_bound.load(std::memory_order_relaxed)) [[unlikely]] {
    return true;
  }
  if (wants(*base_of(s.outer), attention::inherited)) [[unlikely]] {
    return true;
  }
  return s.owner->exceptions->uncaught != 0;
}

// Lets the optimiser assume spawned == 0, as open_slowly() has left it.
COVEY_INLINE void expect_no_children(scope& s) noexcept {
  s.spawned.store(0, std::memory_order_relaxed);
}

// Whether none of the owner's children is out, and the scope is innermost on its own thread.
[[nodiscard]] COVEY_INLINE bool is_quiet(const scope& s, own_words words) noexcept {
  if (words.now() != body_of(const_cast<scope*>(&s))) [[unlikely]] {
    return false;
  }
  return s.finished.load(std::memory_order_relaxed) == s.spawned.load(std::memory_order_relaxed);
}
// Whether a scope can end on the fast path: there is nothing to report, either.
[[nodiscard]] COVEY_INLINE bool ends_quietly(const scope& s, own_words words) noexcept {
  if (!is_quiet(s, words)) [[unlikely]] {
    return false;
  }
  return s.attention.load(std::memory_order_relaxed) == 0;
}

// After a frame was put into the slot at sp.
COVEY_INLINE void raise_sp(worker& me, slot* at) {
  slot* const above = at + 1;
  // Pairs with the heavy_barrier() of a searcher that stored null in `ceiling` and is about to sleep.
  store_before_loads(me.sp, above);
  if (above >= me.ceiling.load(std::memory_order_relaxed)) [[unlikely]] {
    spawn_slow(me);
  }
}

// Counts a child of the owner's, before anybody can see it. @returns whether the scope wants attention first.
// Pairs with the heavy_barrier() of a joiner on another thread, which closes and then counts.
[[nodiscard]] COVEY_INLINE bool count_spawn(scope& s, std::uint64_t order) noexcept {
  store_before_loads(s.spawned, order + 1);
  return wants(s, attention::slow_spawn);
}

// Queues a filled-in frame of the owner's. False: the scope refused it (only with may_refuse).
// `Waits`: get() may leave the frame in the slot.
template <bool Waits>
COVEY_INLINE bool push_child(worker& me, scope& s, frame* f, bool may_refuse) {
  f->order = s.spawned.load(std::memory_order_relaxed);
  if (count_spawn(s, f->order)) [[unlikely]] {
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
  raise(s.finished, std::memory_order_release);
}

// While it lives, the context is that of a child that get() runs in place. Its destructor counts the child and restores the
// body's context; which scope that is, the thread's context says.
class inline_visit {
 public:
  COVEY_INLINE inline_visit(own_words words, scope& s) noexcept { words.enter(child_of(&s)); }
  COVEY_INLINE ~inline_visit() {
    if (armed) [[likely]] {
      const own_words words;
      scope& s = of();
      count_finished(s);
      words.count_run();
      words.enter(body_of(&s));
    }
  }
  inline_visit(const inline_visit&) = delete;
  inline_visit& operator=(const inline_visit&) = delete;
  [[nodiscard]] COVEY_INLINE static scope& of() noexcept {
    return static_cast<scope&>(*base_of(this_context()));
  }

  bool armed = true;  // false: the child threw, and who handles that does the rest
};

}  // namespace covey::detail
