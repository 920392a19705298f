// SPDX-License-Identifier: Apache-2.0
// How a callable becomes a child: frame, name, callable, order, queue. Shared by nurseries, boxes and doors.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/child.hpp>
#include <covey/detail/scope.hpp>
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
COVEY_INLINE frame* spawn_child(scope& s,
                                const site& where,
                                std::string_view name,
                                F&& work,
                                spawn_mode mode = spawn_mode::must) {
  using callable = std::decay_t<F>;
  using made = child<callable, Named>;
  refuse_if_null(work);
  worker& me = *this_worker();
  if (&me != s.owner) [[unlikely]] {
    frame* const f = allocate_frame(made::table);
    fill_frame<made>(f, s, where, name, std::forward<F>(work));
    if constexpr (Dropped) {
      f->marks.store(mark_dropped, std::memory_order_relaxed);
    }
    if (mode == spawn_mode::must) {
      spawn_elsewhere(s, f, false);
      return f;
    }
    return spawn_elsewhere(s, f, true) ? f : nullptr;
  }
  frame* f;
  if constexpr (made::small) {
    f = take_frame<made::size_class>(me);
  } else {
    f = allocate_frame(made::table);
  }
  fill_frame<made>(f, s, where, name, std::forward<F>(work));
  if constexpr (Dropped) {
    f->marks.store(mark_dropped, std::memory_order_relaxed);
  }
  if (mode == spawn_mode::must) {
    push_child(me, s, f, false);
    return f;
  }
  return push_child(me, s, f, true) ? f : nullptr;
}

}  // namespace covey::detail
