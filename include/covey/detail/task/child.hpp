// SPDX-License-Identifier: Apache-2.0
// The frame of a child with a known callable: how it is made, run in place by get(), or run by a worker.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/compiled/await.hpp>
#include <covey/detail/compiled/child_failure.hpp>
#include <covey/detail/fast/in_memory.hpp>
#include <covey/detail/task/child_traits.hpp>
#include <covey/detail/task/result.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/scope_paths.hpp>
#include <covey/task_info.hpp>
#include <covey/this_task.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace covey::detail {

// Frames of callables F; Named: the name lies behind the callable.
template <class F, bool Named>
struct child {
  using result = child_result_t<F>;
  using value = stored_t<result>;
  static_assert(std::is_nothrow_destructible_v<F>,
                "covey: the destructor of a child's callable must not throw");
  static_assert(std::is_void_v<result> || std::is_reference_v<result> ||
                    std::is_nothrow_destructible_v<value>,
                "covey: the destructor of a child's result must not throw");
  static_assert(std::is_void_v<result> || std::is_move_constructible_v<value>,
                "covey: the result of a child must be movable");

  static constexpr bool named = Named;
  static constexpr std::size_t align =
      std::max({frame_align, alignof(F), alignof(value), alignof(void*)});
  // A callable whose move may throw stays where it is until it has run; its result lies behind it.
  static constexpr bool overlap = std::is_nothrow_move_constructible_v<F>;
  static constexpr std::size_t value_align = std::max(alignof(value), alignof(void*));
  static constexpr std::size_t value_bytes = std::max(sizeof(value), sizeof(void*));
  static constexpr std::size_t callable_at = round_up(sizeof(frame), alignof(F));
  static constexpr std::size_t storage =
      round_up(overlap ? sizeof(frame) : callable_at + sizeof(F), value_align);
  static constexpr std::size_t name_at = std::max(callable_at + sizeof(F), storage + value_bytes);
  static constexpr std::size_t bytes = name_at + (Named ? sizeof(label) : 0);
  static_assert(bytes >> 32U == 0, "covey: callable and result of a child exceed 4 GiB");
  static constexpr bool small = align == frame_align && bytes <= class_bytes * class_count;
  static constexpr std::size_t size_class = small ? (bytes - 1) / class_bytes : heap_class;
  // A child that was handed a token or has a name needs its context; others run in place.
  static constexpr bool plain = !Named && !takes_token<F>;
  // Bytes without a life of their own: get() runs a copy on the stack, and the frame stays in its slot, free for the
  // children of that child. Making or copying such a callable runs no code that could spawn meanwhile.
  static constexpr bool resident =
      plain && small && std::is_trivially_copyable_v<F> && std::is_copy_constructible_v<F> &&
      std::is_move_constructible_v<F> && sizeof(F) <= most_resident_bytes;

  [[nodiscard]] static F* callable(frame* f) noexcept {
    return std::launder(reinterpret_cast<F*>(reinterpret_cast<std::byte*>(f) + callable_at));
  }

  COVEY_INLINE static result call(F& work) {
    if constexpr (takes_token<F>) {
      return std::invoke(std::move(work), this_task::get_stop_token());
    } else {
      return std::invoke(std::move(work));
    }
  }

  // Runs a child that nobody else can reach any more, on the owner's stack. pop_private() or claim() has taken it.
  static result invoke(worker& me, frame* f) {
    if constexpr (resident) {
      if (me.sp.load(std::memory_order_relaxed)->load(std::memory_order_relaxed) == f) [[likely]] {
        return run_here<true>(me, f);
      }
    }
    return run_here<false>(me, f);
  }

  // The same. InSlot: the slot at sp still shows the frame, as pop_private() leaves it.
  template <bool InSlot>
  COVEY_INLINE static result run_here(worker& me, frame* f) {
    if constexpr (plain && small) {
      const own_words words;
      if (runs_in_place(*f->of, words)) [[likely]] {
        if constexpr (resident && InSlot) {
          return run_resident(words, *f->of, f);
        } else {
          return run_in_frame(words, me, *f->of, f);
        }
      }
    }
    return run_with_context(me, f);
  }

  // In the body of its own scope, neither stopped, limited nor tracked: the frame came from this worker's free list.
  [[nodiscard]] COVEY_INLINE static bool runs_in_place(scope& s, own_words words) noexcept {
    if (words.now() != body_of(&s)) [[unlikely]] {
      return false;
    }
    return !wants(s, attention::full_run);
  }

  // On the stack: the frame stays in its slot, for the next child there, which the callable may spawn.
  COVEY_INLINE static result run_resident(own_words words, scope& s, frame* f) {
    // For the handler: the frame is used again before that.
    const in_memory<std::uint64_t> order = f->order;
    const in_memory<std::uintptr_t> where = std::bit_cast<std::uintptr_t>(f->spawned_at);
    inline_visit visit(words, s);
    try {
      F work(std::move(*callable(f)));
      return call(work);
    } catch (...) {
      visit.armed = false;
      resident_threw(order, where);
    }
  }

  [[noreturn]] COVEY_COLD static void resident_threw(std::uint64_t order, std::uintptr_t where) {
    resident_child_threw(inline_visit::of(), table, order, std::bit_cast<site>(where));
  }

  COVEY_INLINE static result run_in_frame(own_words words, worker& me, scope& s, frame* f) {
    empty_slot(me, f);
    inline_visit visit(words, s);
    struct finish {
      worker& me;
      frame* f = nullptr;
      bool armed = true;
      COVEY_INLINE ~finish() {
        if (armed) [[likely]] {
          std::destroy_at(callable(f));
          give_frame<size_class>(me, f);
        }
      }
    } guard{me, f};
    try {
      return call(*callable(f));
    } catch (...) {
      guard.armed = false;
      visit.armed = false;
      inline_child_threw(s, f);
    }
  }

  [[gnu::noinline]] static result run_with_context(worker& me, frame* f) {
    empty_slot(me, f);
    run_claimed(me, f);
    return result_after_run(f);
  }

  static result result_after_run(frame* f) {
    if (f->phase.load(std::memory_order_acquire) != phase::done) {
      throw_outcome_of(f);
    }
    return take_result<result>(f);
  }

  // The callable is gone before anybody can see an outcome, whatever it is.
  static void run(frame* f) noexcept { f->phase.store(call_once(f), std::memory_order_release); }

  // The result is built where it stays: a callable that moves without throwing makes room for it first.
  static phase call_once(frame* f) noexcept {
    if constexpr (overlap) {
      F moved(std::move(*callable(f)));
      std::destroy_at(callable(f));
      return outcome_of_call(f, moved);
    } else {
      struct destroyer {
        frame* f = nullptr;
        ~destroyer() { std::destroy_at(callable(f)); }
      } const guard{f};
      return outcome_of_call(f, *callable(f));
    }
  }

  static phase outcome_of_call(frame* f, F& work) noexcept {
    try {
      build(f, work);
      return phase::done;
    } catch (...) {
      return store_failure(f);
    }
  }

  static void build(frame* f, F& work) {
    auto* const at = reinterpret_cast<std::byte*>(f) + storage;
    if constexpr (std::is_void_v<result>) {
      call(work);
    } else if constexpr (std::is_reference_v<result>) {
      result r = call(work);
      ::new (at) value(std::addressof(r));
    } else {
      ::new (at) value(call(work));
    }
  }

  static void discard(frame* f) noexcept { std::destroy_at(callable(f)); }

  static void drop(frame* f) noexcept {
    if constexpr (!std::is_void_v<result>) {
      std::destroy_at(stored_result<result>(f));
    }
  }

  static std::string_view name(const frame* f) noexcept {
    return std::launder(
               reinterpret_cast<const label*>(reinterpret_cast<const std::byte*>(f) + name_at))
        ->view();
  }

  // Callables may bring a name of their own (spawn_and_wait).
  static std::string_view own_name(const frame* /*f*/) noexcept { return F::child_name(); }
  using name_of = std::string_view (*)(const frame*) noexcept;
  static constexpr name_of name_function() noexcept {
    if constexpr (Named) {
      return &name;
    } else if constexpr (requires { F::child_name(); }) {
      return &own_name;
    } else {
      return nullptr;
    }
  }

  static constexpr result_ops<result> table{{&run,
                                             &discard,
                                             &drop,
                                             name_function(),
                                             static_cast<std::uint32_t>(bytes),
                                             static_cast<std::uint32_t>(align),
                                             static_cast<std::uint32_t>(storage),
                                             static_cast<std::uint8_t>(size_class)},
                                            &invoke};
};

}  // namespace covey::detail
