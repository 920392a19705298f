// SPDX-License-Identifier: Apache-2.0
// The right of a foreign thread to spawn into a nursery, which stays open as long as the door exists.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/compiled/doors.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/spawner.hpp>

#include <utility>

namespace covey {

template <class Self>
class nursery_base;

/// The right to spawn into a nursery from any thread. The nursery does not end while it exists, and pending() counts it;
/// the nursery's limit does not.
/// Movable; made by open_door(). Distinct doors may be used from different threads at once; one door may not.
class [[nodiscard]] door : public spawner<door> {
 public:
  door() noexcept = default;
  door(door&& other) noexcept : spawner(), into_(std::exchange(other.into_, nullptr)) {}
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

 private:
  template <class Self>
  friend class nursery_base;
  friend class spawner<door>;

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
