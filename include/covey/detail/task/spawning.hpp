// SPDX-License-Identifier: Apache-2.0
// Spawns: make a frame with the callable, count the child, queue it. Shared by nurseries, boxes and doors.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/compiled/slow_spawn.hpp>
#include <covey/detail/task/child.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/scope_paths.hpp>
#include <covey/task_info.hpp>

#include <functional>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace covey::detail {

// What a caller wants of a spawn that the scope does not take.
enum class spawn_mode : std::uint8_t { must, may_refuse };

template <class F>
COVEY_INLINE void refuse_if_null(const F& work) {
  if (is_null(work)) [[unlikely]] {
    refuse_null();
  }
}

// Frames on their way into a scope: gives the memory back if the callable's constructor throws.
template <class Child>
struct unfilled_frame {
  frame* f = nullptr;
  bool armed = true;
  COVEY_INLINE ~unfilled_frame() {
    if (armed) [[unlikely]] {
      release_frame(f);
    }
  }
};

// Makes the frame of a child. Strong guarantee: if this throws, nothing has changed.
template <class Child, class F>
COVEY_INLINE void fill_frame(
    frame* f, scope& s, const site& where, std::string_view name, F&& work) {
  f->ops = &Child::table;
  f->of = &s;
  f->spawned_at = where;
  unfilled_frame<Child> guard{f};
  using callable = std::remove_cvref_t<decltype(*Child::callable(f))>;
  ::new (reinterpret_cast<std::byte*>(f) + Child::callable_at) callable(std::forward<F>(work));
  guard.armed = false;
  if constexpr (Child::named) {
    ::new (reinterpret_cast<std::byte*>(f) + Child::name_at) label(name);
  }
}

// @returns the queued frame; null if the scope refused it (only with spawn_mode::may_refuse).
template <bool Named, bool Dropped, class F>
frame* spawn_in_full(
    scope& s, const site& where, std::string_view name, F&& work, spawn_mode mode) {
  using made = child<std::decay_t<F>, Named>;
  refuse_if_null(work);
  worker& me = *this_worker();
  const bool mine = &me == s.owner;
  frame* f;
  if constexpr (made::small) {
    f = mine ? take_frame<made::size_class>(me) : allocate_frame(made::table);
  } else {
    f = allocate_frame(made::table);
  }
  fill_frame<made>(f, s, where, name, std::forward<F>(work));
  if constexpr (Dropped) {
    add_mark(f, mark_dropped);
  }
  const bool may_refuse = mode == spawn_mode::may_refuse;
  const bool taken = mine ? push_child < made::resident && !Dropped > (me, s, f, may_refuse)
                          : spawn_elsewhere(s, f, may_refuse);
  return taken || !may_refuse ? f : nullptr;
}

// The same with the callable by value: the slow path of spawn_resident().
template <class F>
[[gnu::noinline, gnu::returns_nonnull]] frame* spawn_anyhow(scope& s, const site where, F work) {
  return spawn_in_full<false, false>(s, where, {}, std::move(work), spawn_mode::must);
}

// A resident child of the owner's, into the frame that waits for it, by a scope that wants no attention. Nothing is
// written before all that is known, but for the count; so that the slow path starts from the beginning.
template <class F>
COVEY_INLINE frame* spawn_resident(scope& s, const site& where, const F& work) {
  using made = child<F, false>;
  if (this_worker() == s.owner) [[likely]] {
    worker& me = *s.owner;
    const std::uint64_t order = s.spawned.load(std::memory_order_relaxed);
    slot* const at = me.sp.load(std::memory_order_relaxed);
    frame* f = at->load(std::memory_order_relaxed);
    if (f == nullptr) {
      // Results that are taken in the order of the spawns leave their frames in the free list.
      f = take_free<made::size_class>(me, at);
    }
    if (f != nullptr && is_free_of(f, made::size_class)) [[likely]] {
      f->order = order;
      fill_frame<made>(f, s, where, {}, work);
      if (!count_spawn(s, order)) [[likely]] {
        raise_sp(me, at);
        return f;
      }
      s.spawned.store(order, std::memory_order_release);
    }
  }
  return spawn_anyhow(s, where, work);
}

// By the shortest way. @returns null if the scope refused it (only with spawn_mode::may_refuse).
template <bool Named, bool Dropped, class F>
COVEY_INLINE frame* spawn_child(scope& s,
                                const site& where,
                                std::string_view name,
                                F&& work,
                                spawn_mode mode = spawn_mode::must) {
  // Without a future a child ends in the join, and its frame in the free list: nothing would wait in the slot.
  using callable = std::decay_t<F>;
  if constexpr (child<callable, Named>::resident && !Dropped) {
    if (mode == spawn_mode::must) {
      refuse_if_null(work);
      return spawn_resident<callable>(s, where, work);
    }
  }
  return spawn_in_full<Named, Dropped>(s, where, name, std::forward<F>(work), mode);
}

// A spawn that the scope may refuse. Looks for a stop above first.
// @returns null if the scope refused it
template <bool Named, bool Dropped, class F>
frame* try_child(scope& s, const site& where, std::string_view name, F&& work) {
  check_for_stop(s);
  return spawn_child<Named, Dropped>(s, where, name, std::forward<F>(work), spawn_mode::may_refuse);
}

}  // namespace covey::detail
