// SPDX-License-Identifier: Apache-2.0
// What can be done with a nursery, wherever it lives.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/clock.hpp>
#include <covey/detail/compiled/deadline.hpp>
#include <covey/detail/compiled/doors.hpp>
#include <covey/detail/compiled/ending.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/door.hpp>
#include <covey/outcome.hpp>
#include <covey/policy.hpp>
#include <covey/spawner.hpp>
#include <covey/stop_token.hpp>
#include <covey/task_info.hpp>

#include <cstddef>
#include <string_view>

namespace covey {

/// The members that nursery and nursery_box have in common.
/// @tparam Self the class itself, which derives from this
template <class Self>
class nursery_base : public spawner<Self> {
 public:
  using door = covey::door;

  /// Waits for every child, closes the nursery, and reports: a composite_exception if any child failed; else
  /// timeout_error when its deadline passed, `cancelled` when its parent stopped it, pool_error when the pool was shut
  /// down; after an own explicit stop it returns, and outcome() tells. A second join() reports the same again.
  /// @throws structure_error when a child of this nursery calls it (it would wait for itself).
  void join() { detail::join_scope(this->into()); }

  /// Waits until no child is left, without closing; throws nothing of the children.
  /// @throws structure_error as join().
  void wait_idle() { detail::drain_scope(this->into()); }

  /// @returns the number of children (and doors) that have not finished. A snapshot when called from another thread.
  [[nodiscard]] std::size_t pending() const noexcept { return detail::count_pending(this->into()); }

  /// Asks every child to stop. Idempotent: the first cause wins. Children that have not started will not start.
  void stop(std::string_view text = {}, site where = site::current()) {
    detail::stop_scope(this->into(), text, where);
  }
  [[nodiscard]] bool stop_requested() const noexcept { return detail::scope_stopped(this->into()); }
  /// @returns a token that outlives the nursery. @throws std::bad_alloc
  [[nodiscard]] covey::stop_token get_stop_token() { return detail::token_of_scope(this->into()); }

  /// @returns a door: the right to spawn into this nursery from any thread. It keeps the nursery open, and is no child
  /// for the limit.
  /// @throws structure_error when the nursery was joined; std::bad_alloc.
  [[nodiscard]] door open_door() { return door(this->into()); }

  /// @returns what has become of the nursery and its children so far. Complete after join().
  [[nodiscard]] nursery_outcome outcome() const { return detail::outcome_of(this->into()); }

  /// Moves the deadline, both ways, while the nursery is open. clock::time_point::max(): none.
  /// A deadline that has expired is not taken back. @throws std::bad_alloc; pool_error with the system's code when it
  /// refuses the thread that deadlines need, which the first one starts: then the deadline is as it was.
  void expire_at(clock::time_point when) { detail::set_deadline(this->into(), when); }
  void expire_after(time_limit length) { expire_at(length.after(detail::clock_now())); }
  /// @returns the effective deadline: the earliest one up the tree; max() if there is none.
  [[nodiscard]] clock::time_point deadline() const noexcept {
    return detail::deadline_of(this->into());
  }

  /// @returns the name given in the options, or an empty one.
  [[nodiscard]] label name() const noexcept { return detail::name_of(this->into()); }

 protected:
  nursery_base() noexcept = default;
  ~nursery_base() = default;
};

}  // namespace covey
