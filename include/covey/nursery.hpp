// SPDX-License-Identifier: Apache-2.0
// The nursery: a scope that owns its children and does not end before them.
#pragma once

#include <covey/composite_exception.hpp>
#include <covey/config.hpp>
#include <covey/detail/base/clock.hpp>
#include <covey/detail/compiled/deadline.hpp>
#include <covey/detail/compiled/doors.hpp>
#include <covey/detail/compiled/ending.hpp>
#include <covey/detail/compiled/opening.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/scope_paths.hpp>
#include <covey/detail/task/spawning.hpp>
#include <covey/door.hpp>
#include <covey/error.hpp>
#include <covey/future.hpp>
#include <covey/outcome.hpp>
#include <covey/policy.hpp>
#include <covey/stop_token.hpp>
#include <covey/task_info.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
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
class [[nodiscard]] nursery : private detail::scope {
 public:
  using door = covey::door;

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
  static void* operator new(std::size_t) =
      delete;  // a local variable; nursery_box serves members and the heap
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
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      COVEY_INLINE child_future<std::decay_t<F>> spawn(F&& work, site where = site::current()) {
    using made = std::decay_t<F>;
    return detail::future_access::typed<made, false>(
        detail::spawn_child<false, false>(*this, where, {}, std::forward<F>(work)));
  }
  /// The same with a name (of more than 47 bytes the middle is left out) that messages show.
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) child_future < std::decay_t<F>,
  true > spawn(std::string_view name, F&& work, site where = site::current()) {
    using made = std::decay_t<F>;
    return detail::future_access::typed<made, true>(
        detail::spawn_child<true, false>(*this, where, name, std::forward<F>(work)));
  }

  /// Spawns a child without a future: its memory is given back as soon as it finishes. @throws as spawn().
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) COVEY_INLINE
      void run(F&& work, site where = site::current()) {
    detail::spawn_child<false, true>(*this, where, {}, std::forward<F>(work));
  }
  /// The same with a name.
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) void run(std::string_view name,
                                                       F&& work,
                                                       site where = site::current()) {
    detail::spawn_child<true, true>(*this, where, name, std::forward<F>(work));
  }

  /// Spawns a child only if the nursery takes it: not at its limit, not stopped, not joined.
  /// @returns the future; nullopt if it was refused (the callable was moved from and destroyed unrun).
  /// @throws as spawn(), but no structure_error.
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      std::optional<future<detail::child_result_t<std::decay_t<F>>>> try_spawn(
          F&& work, site where = site::current()) {
    return try_child<false>({}, std::forward<F>(work), where);
  }
  /// The same with a name.
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      std::optional<future<detail::child_result_t<std::decay_t<F>>>> try_spawn(
          std::string_view name, F&& work, site where = site::current()) {
    return try_child<true>(name, std::forward<F>(work), where);
  }
  /// The same for a child without a future: run() says nothing of a child that a stopped nursery refuses.
  /// @returns whether the nursery took it. @throws as try_spawn()
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      [[nodiscard]] bool try_run(F&& work, site where = site::current()) {
    return detail::try_child<false, true>(*this, where, {}, std::forward<F>(work)) != nullptr;
  }
  /// The same with a name.
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      [[nodiscard]] bool try_run(std::string_view name, F&& work, site where = site::current()) {
    return detail::try_child<true, true>(*this, where, name, std::forward<F>(work)) != nullptr;
  }

  /// Waits for every child, closes the nursery, and reports: a composite_exception if any child failed; else
  /// timeout_error when its deadline passed, `cancelled` when its parent stopped it, pool_error when the pool was shut
  /// down; after an own explicit stop it returns, and outcome() tells. A second join() reports the same again.
  /// @throws structure_error when a child of this nursery calls it (it would wait for itself).
  void join() { detail::join_scope(*this); }

  /// Waits until no child is left, without closing; throws nothing of the children.
  /// @throws structure_error as join().
  void wait_idle() { detail::drain_scope(*this); }

  /// @returns the number of children (and doors) that have not finished. A snapshot when called from another thread.
  [[nodiscard]] std::size_t pending() const noexcept { return detail::count_pending(*this); }

  /// Asks every child to stop. Idempotent: the first cause wins. Children that have not started will not start.
  void stop(std::string_view text = {}, site where = site::current()) {
    detail::stop_scope(*this, text, where);
  }
  [[nodiscard]] bool stop_requested() const noexcept { return detail::scope_stopped(*this); }
  /// @returns a token that outlives the nursery. @throws std::bad_alloc
  [[nodiscard]] covey::stop_token get_stop_token() { return detail::token_of_scope(*this); }

  /// @returns a door: the right to spawn into this nursery from any thread. It keeps the nursery open, and is no child
  /// for the limit.
  /// @throws structure_error when the nursery was joined; std::bad_alloc.
  [[nodiscard]] door open_door() { return covey::door(*this); }

  /// @returns what has become of the nursery and its children so far. Complete after join().
  [[nodiscard]] nursery_outcome outcome() const { return detail::outcome_of(*this); }

  /// Moves the deadline, both ways, while the nursery is open. clock::time_point::max(): none.
  /// A deadline that has expired is not taken back. @throws std::bad_alloc; pool_error with the system's code when it
  /// refuses the thread that deadlines need, which the first one starts: then the deadline is as it was.
  void expire_at(clock::time_point when) { detail::set_deadline(*this, when); }
  void expire_after(time_limit length) { expire_at(length.after(detail::clock_now())); }
  /// @returns the effective deadline: the earliest one up the tree; max() if there is none.
  [[nodiscard]] clock::time_point deadline() const noexcept { return detail::deadline_of(*this); }

  /// @returns the name given in the options, or an empty one.
  [[nodiscard]] label name() const noexcept { return detail::name_of(*this); }

 private:
  friend class covey::parent;
  friend class covey::door;
  friend struct detail::nursery_access;

  template <bool Named, class F>
  std::optional<future<detail::child_result_t<std::decay_t<F>>>> try_child(std::string_view name,
                                                                           F&& work,
                                                                           const site& where) {
    detail::frame* const f =
        detail::try_child<Named, false>(*this, where, name, std::forward<F>(work));
    if (f == nullptr) {
      return std::nullopt;
    }
    return detail::future_access::plain<std::decay_t<F>>(f);
  }
};

namespace detail {
// The scope inside a nursery, for the library itself.
struct nursery_access {
  [[nodiscard]] static scope& of(nursery& n) noexcept { return n; }
};
}  // namespace detail

}  // namespace covey
