// SPDX-License-Identifier: Apache-2.0
// The nursery: a scope that owns its children and does not end before them.
#pragma once

#include <covey/composite_exception.hpp>
#include <covey/config.hpp>
#include <covey/detail/compiled/ending.hpp>
#include <covey/detail/compiled/opening.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/scope_paths.hpp>
#include <covey/detail/task/spawning.hpp>
#include <covey/door.hpp>
#include <covey/error.hpp>
#include <covey/future.hpp>
#include <covey/nursery_base.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace covey {

namespace detail {
struct nursery_access;
}

/// A scope that owns children: no child outlives it.
///
/// Open one as a local variable, spawn children, leave the scope: the destructor blocks until every child, and every
/// child spawned meanwhile, has finished, and throws a composite_exception if any of them failed.
/// Its parent is the innermost nursery open in the same task body on this thread (or none); a stop and a deadline of
/// the parent reach it. While an exception unwinds the scope, the destructor asks the children to stop, waits for them,
/// and gives the failures that no get() has delivered to the handler of unhandled failures.
///
/// **Declared before the nursery, or gone too early**: locals are destroyed in reverse order, so what is declared after the
/// nursery in its block, and every local of with_nursery()'s body, is destroyed before the nursery waits. Children may
/// refer to what is declared before it; to later locals only when a join(), or a get() on their futures, comes before the
/// end of the block. No compiler warns of that; AddressSanitizer finds what a destructor gave back.
///
/// A throwing destructor leaks the value of a `return` inside its block under clang (CWG 2426): return values after
/// join(), or from with_nursery().
///
/// Thread safety: spawn, run, try_spawn, stop, pending, outcome and the deadline functions may be called by the
/// opening thread and by any descendant task at any time, and by other threads that hold a door. join() may be called
/// from any thread that keeps the nursery alive.
/// Complexity: opening, spawning and taking the result of a child that was not stolen need no atomic read-modify-write
/// and, after warm-up, no allocation.
class [[nodiscard]] nursery : private detail::scope, public nursery_base<nursery> {
 public:
  /// Opens a fail-fast nursery in the pool of the enclosing task, or in the default pool.
  /// @throws pool_error when no pool can be had; structure_error when the stack is nearly used up.
  COVEY_INLINE explicit nursery(site where = site::current()) : scope(detail::own_words(), where) {
    if (detail::opens_slowly(*this)) [[unlikely]] {
      detail::open_slowly(*this);
      detail::expect_no_children(*this);
    } else {
      detail::own_words().enter(detail::body_of(this));
    }
  }
  /// Opens a nursery with options.
  /// @throws std::invalid_argument naming the valid range for a number out of range, before anything is allocated;
  ///         std::bad_alloc; pool_error with the system's code when it refuses the thread that deadlines need; and as
  ///         the default constructor.
  explicit nursery(const nursery_options& options, site where = site::current()) : scope(where) {
    detail::open_with_options(*this, options, false);
  }
  nursery(nursery&&) = delete;
  nursery& operator=(nursery&&) = delete;
  // A local variable; nursery_box serves members and the heap.
  static void* operator new(std::size_t) = delete;
  static void* operator new[](std::size_t) = delete;

  /// Waits for every child; then as join() throws, unless join() was called before or an exception unwinds the scope.
  COVEY_INLINE ~nursery() noexcept(false) {
    const detail::own_words words;
    if (detail::ends_quietly(*this, words)) [[likely]] {
      words.enter(outer);
      return;
    }
    detail::end_scope(*this);
  }

  /// Spawns a child. A callable that accepts a stop_token is called with one.
  /// After a stop request the callable is destroyed unrun and its future says never_started.
  /// @returns the child's future.
  /// @throws structure_error when the nursery was joined (the callable is destroyed unrun), std::invalid_argument for a
  ///         null std::function or function pointer, std::bad_alloc, pool_error after a fork or shutdown, and what
  ///         moving the callable throws. Strong guarantee: then no child exists and nothing has changed.
  /// Complexity: constant; at the limit it runs a child or waits (see when_full).
  template <detail::one_child F>
  COVEY_INLINE child_future<std::decay_t<F>> spawn(F&& work, site where = site::current()) {
    return detail::future_access::typed<std::decay_t<F>, false>(
        detail::spawn_child<false, false>(*this, where, {}, std::forward<F>(work)));
  }
  /// The same with a name (of more than 47 bytes the middle is left out) that messages show.
  template <detail::one_child F>
  child_future<std::decay_t<F>, true> spawn(std::string_view name,
                                            F&& work,
                                            site where = site::current()) {
    return detail::future_access::typed<std::decay_t<F>, true>(
        detail::spawn_child<true, false>(*this, where, name, std::forward<F>(work)));
  }

 private:
  friend class covey::parent;
  friend class covey::door;
  friend class spawner<nursery>;
  friend struct detail::nursery_access;

  [[nodiscard]] COVEY_INLINE detail::scope& into() noexcept { return *this; }
  [[nodiscard]] COVEY_INLINE const detail::scope& into() const noexcept { return *this; }
};

namespace detail {
// The scope inside a nursery, for the library itself.
struct nursery_access {
  [[nodiscard]] static scope& of(nursery& n) noexcept { return n; }
};
}  // namespace detail

}  // namespace covey
