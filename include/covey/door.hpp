// SPDX-License-Identifier: Apache-2.0
// The right of a foreign thread to spawn into a nursery, which stays open as long as the door exists.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/compiled/doors.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/spawning.hpp>
#include <covey/future.hpp>
#include <covey/task_info.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace covey {

class nursery_box;

/// The right to spawn into a nursery from any thread. The nursery does not end while it exists, and pending() counts it;
/// the nursery's limit does not.
/// Movable; made by open_door(). Distinct doors may be used from different threads at once; one door may not.
class [[nodiscard]] door {
 public:
  door() noexcept = default;
  door(door&& other) noexcept : into_(std::exchange(other.into_, nullptr)) {}
  door& operator=(door&& other) noexcept {
    if (this != &other) {
      close();
      into_ = std::exchange(other.into_, nullptr);
    }
    return *this;
  }
  door(const door&) = delete;
  door& operator=(const door&) = delete;
  ~door() { close(); }

  /// Gives the right up; the nursery may end. Idempotent.
  void close() noexcept {
    if (into_ != nullptr) {
      detail::close_door(*std::exchange(into_, nullptr));
    }
  }
  [[nodiscard]] bool is_open() const noexcept { return into_ != nullptr; }

  /// @returns whether the nursery was asked to stop, itself or by a parent: then run() destroys its callable unrun, and
  /// says nothing. @throws structure_error when the door is closed.
  [[nodiscard]] bool stop_requested() const { return detail::scope_stopped(into()); }

  /// As nursery::spawn(). At the nursery's limit a thread outside the pool waits.
  /// @throws structure_error when the door is closed, and as nursery::spawn().
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) future<detail::child_result_t<std::decay_t<F>>> spawn(
      F&& work, site where = site::current()) {
    return detail::future_access::plain<std::decay_t<F>>(
        detail::spawn_child<false, false>(into(), where, {}, std::forward<F>(work)));
  }
  /// The same with a name.
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) future<detail::child_result_t<std::decay_t<F>>> spawn(
      std::string_view name, F&& work, site where = site::current()) {
    return detail::future_access::plain<std::decay_t<F>>(
        detail::spawn_child<true, false>(into(), where, name, std::forward<F>(work)));
  }
  /// As nursery::run().
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) void run(F&& work, site where = site::current()) {
    detail::spawn_child<false, true>(into(), where, {}, std::forward<F>(work));
  }
  /// The same with a name.
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) void run(std::string_view name,
                                                       F&& work,
                                                       site where = site::current()) {
    detail::spawn_child<true, true>(into(), where, name, std::forward<F>(work));
  }
  /// As nursery::try_spawn().
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
  /// As nursery::try_run().
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      [[nodiscard]] bool try_run(F&& work, site where = site::current()) {
    return detail::try_child<false, true>(into(), where, {}, std::forward<F>(work)) != nullptr;
  }
  /// The same with a name.
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      [[nodiscard]] bool try_run(std::string_view name, F&& work, site where = site::current()) {
    return detail::try_child<true, true>(into(), where, name, std::forward<F>(work)) != nullptr;
  }

 private:
  friend class nursery;
  friend class nursery_box;
  template <bool Named, class F>
  std::optional<future<detail::child_result_t<std::decay_t<F>>>> try_child(std::string_view name,
                                                                           F&& work,
                                                                           const site& where) {
    detail::frame* const f =
        detail::try_child<Named, false>(into(), where, name, std::forward<F>(work));
    if (f == nullptr) {
      return std::nullopt;
    }
    return detail::future_access::plain<std::decay_t<F>>(f);
  }
  explicit door(detail::scope& into) : into_(&into) { detail::open_door(into); }
  [[nodiscard]] detail::scope& into() const {
    if (into_ == nullptr) {
      detail::throw_closed_door();
    }
    return *into_;
  }
  detail::scope* into_ = nullptr;
};

}  // namespace covey
