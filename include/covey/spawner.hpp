// SPDX-License-Identifier: Apache-2.0
// The ways to spawn that nurseries, boxes and doors have in common.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/task/spawning.hpp>
#include <covey/future.hpp>
#include <covey/task_info.hpp>

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace covey {

/// The spawns of a nursery, a nursery_box or a door. Each takes a callable, which is called with a stop_token if it
/// accepts one; a name comes first (of more than 47 bytes the middle is left out), and messages show it.
/// After a stop request a callable is destroyed unrun and its future says never_started.
/// @tparam Self the class itself, which derives from this
/// @throws (all) structure_error when the nursery was joined or the door is closed (the callable is destroyed unrun),
///         std::invalid_argument for a null std::function or function pointer, std::bad_alloc, pool_error after a fork or
///         shutdown, and what moving the callable throws. Strong guarantee: then no child exists and nothing has changed.
/// Complexity: constant; at the limit the caller runs a child or waits (see when_full), a thread outside the pool waits.
template <class Self>
class spawner {
  template <class F>
  using future_of = future<detail::child_result_t<std::decay_t<F>>>;

 public:
  /// Spawns a child. @returns the child's future.
  template <detail::one_child F>
  future_of<F> spawn(F&& work, site where = site::current()) {
    return with_future<F>(spawn_one<false, false>({}, std::forward<F>(work), where));
  }
  /// The same with a name.
  template <detail::one_child F>
  future_of<F> spawn(std::string_view name, F&& work, site where = site::current()) {
    return with_future<F>(spawn_one<true, false>(name, std::forward<F>(work), where));
  }

  /// Spawns a child without a future: its memory is given back as soon as it finishes.
  template <detail::one_child F>
  COVEY_INLINE void run(F&& work, site where = site::current()) {
    spawn_one<false, true>({}, std::forward<F>(work), where);
  }
  /// The same with a name.
  template <detail::one_child F>
  void run(std::string_view name, F&& work, site where = site::current()) {
    spawn_one<true, true>(name, std::forward<F>(work), where);
  }

  /// Spawns a child only if the nursery takes it: not at its limit, not stopped, not joined.
  /// @returns the future; nullopt if it was refused (the callable was moved from and destroyed unrun).
  /// @throws as the class says, but no structure_error for a nursery that was joined.
  template <detail::one_child F>
  std::optional<future_of<F>> try_spawn(F&& work, site where = site::current()) {
    return if_taken<F>(try_one<false, false>({}, std::forward<F>(work), where));
  }
  /// The same with a name.
  template <detail::one_child F>
  std::optional<future_of<F>> try_spawn(std::string_view name,
                                        F&& work,
                                        site where = site::current()) {
    return if_taken<F>(try_one<true, false>(name, std::forward<F>(work), where));
  }

  /// The same for a child without a future: run() says nothing of a child that a stopped nursery refuses.
  /// @returns whether the nursery took it. @throws as try_spawn()
  template <detail::one_child F>
  [[nodiscard]] bool try_run(F&& work, site where = site::current()) {
    return try_one<false, true>({}, std::forward<F>(work), where) != nullptr;
  }
  /// The same with a name.
  template <detail::one_child F>
  [[nodiscard]] bool try_run(std::string_view name, F&& work, site where = site::current()) {
    return try_one<true, true>(name, std::forward<F>(work), where) != nullptr;
  }

 protected:
  spawner() noexcept = default;
  ~spawner() = default;
  spawner(const spawner&) = default;
  spawner& operator=(const spawner&) = default;

  [[nodiscard]] COVEY_INLINE detail::scope& into() { return static_cast<Self&>(*this).into(); }
  [[nodiscard]] COVEY_INLINE const detail::scope& into() const {
    return static_cast<const Self&>(*this).into();
  }

 private:
  template <bool Named, bool Dropped, class F>
  COVEY_INLINE detail::frame* spawn_one(std::string_view name, F&& work, const site& where) {
    return detail::spawn_child<Named, Dropped>(into(), where, name, std::forward<F>(work));
  }
  template <bool Named, bool Dropped, class F>
  detail::frame* try_one(std::string_view name, F&& work, const site& where) {
    return detail::try_child<Named, Dropped>(into(), where, name, std::forward<F>(work));
  }
  template <class F>
  static future_of<F> with_future(detail::frame* f) noexcept {
    return detail::future_access::plain<std::decay_t<F>>(f);
  }
  template <class F>
  static std::optional<future_of<F>> if_taken(detail::frame* f) noexcept {
    return f != nullptr ? std::optional(with_future<F>(f)) : std::nullopt;
  }
};

}  // namespace covey
