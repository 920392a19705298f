// SPDX-License-Identifier: Apache-2.0
// What a spawn returns: the one-shot handle on a child's outcome.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/clock.hpp>
#include <covey/detail/compiled/await.hpp>
#include <covey/detail/compiled/child_failure.hpp>
#include <covey/detail/compiled/child_stop.hpp>
#include <covey/detail/compiled/futures.hpp>
#include <covey/detail/task/child.hpp>
#include <covey/error.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace covey {

namespace detail {
struct future_access;
}  // namespace detail

/// How a wait with a time limit ended.
enum class future_status : std::uint8_t { ready, timeout };

/// The outcome of one child, to be taken once.
///
/// Dropping a future is fine: the nursery still waits for the child and still reports its failure.
/// A future may be read, moved and dropped on any thread, also after the end of the nursery.
/// Distinct futures may be used from different threads at once; one future may not.
/// @tparam T what the child returns: void, a reference, or a movable type (it need not be default-constructible).
template <class T>
class [[nodiscard("use run() for a child whose result nobody wants")]] future {
 public:
  future() noexcept = default;
  future(future && other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {
  }
  future& operator=(future&& other) noexcept {
    if (this != &other) {
      drop();
      frame_ = std::exchange(other.frame_, nullptr);
    }
    return *this;
  }
  future(const future&) = delete;
  future& operator=(const future&) = delete;
  COVEY_INLINE ~future() {
    drop();
  }

  /// Waits for the child and takes its outcome. A covey thread runs the child itself if nobody has started it.
  /// @returns the value, moved out.
  /// @throws the child's own exception; for a child that was stopped or never started: as join() when called in the
  ///         body of its nursery by the owner (which is joined then), else `cancelled` with the reason;
  ///         std::future_error when there is no state (empty, moved from, or a second get());
  ///         structure_error when the wait could never end (the child waits for its own ancestor, or in a cycle).
  /// Complexity: a child that was not stolen costs no atomic read-modify-write and no allocation.
  /// Cancellation: a wait is not cut short by a stop; the child is asked to stop and then waited for.
  T get() {
    return get_of(std::exchange(frame_, nullptr));
  }

  /// Waits until the child has finished. @throws as get() for waits that could never end; never the child's exception.
  void wait() const {
    check();
    detail::await(frame_);
  }
  /// Waits at most that long, and never runs the child on this stack. @returns ready or timeout.
  [[nodiscard]] future_status wait_for(time_limit length) const {
    return wait_until(length.after(detail::clock_now()));
  }
  [[nodiscard]] future_status wait_until(clock::time_point until) const {
    check();
    return detail::await_until(frame_, until) ? future_status::ready : future_status::timeout;
  }
  /// @returns whether there is an outcome to wait for.
  [[nodiscard]] bool valid() const noexcept {
    return frame_ != nullptr;
  }
  /// @returns whether get() would not block. Sees to it that somebody can start the child.
  [[nodiscard]] bool ready() const {
    check();
    return detail::await_until(frame_, clock::time_point::min());
  }
  /// @returns where the child stands. @pre valid()
  [[nodiscard]] task_state state() const {
    check();
    return detail::state_of(frame_);
  }
  /// Asks this child alone to stop. Idempotent; a child that has not started will not start.
  void request_stop() {
    check();
    detail::request_child_stop(frame_);
  }

 protected:
  friend struct detail::future_access;
  COVEY_INLINE explicit future(detail::frame * f) noexcept : frame_(f) {
  }
  COVEY_INLINE void drop() noexcept {
    if (frame_ != nullptr) {
      detail::drop_future(std::exchange(frame_, nullptr));
    }
  }
  void check() const {
    if (frame_ == nullptr) {
      detail::throw_no_state();
    }
  }
  // The future has let go of the frame: it need not exist in memory where the fast path inlines.
  [[gnu::noinline]] static T get_of(detail::frame * f) {
    if (f == nullptr) [[unlikely]] {
      detail::throw_no_state();
    }
    detail::worker& me = *detail::this_worker();
    if (detail::pop_private(me, f) || detail::claim(me, f)) [[likely]] {
      return static_cast<const detail::result_ops<T>*>(f->ops)->invoke(me, f);
    }
    return get_elsewhere(f);
  }
  [[gnu::noinline]] static T get_elsewhere(detail::frame * f) {
    struct guard {
      detail::frame* f;
      ~guard() {
        if (f != nullptr) {
          detail::drop_future(f);
        }
      }
    } held{f};
    detail::await(f);
    held.f = nullptr;
    if (f->phase.load(std::memory_order_acquire) != detail::phase::done) {
      detail::throw_outcome_of(f);
    }
    return detail::take_result<T>(f);
  }

  detail::frame* frame_ = nullptr;
};

/// The future that spawn() returns: it knows the type of the callable, so that get() can run the child inline.
/// Converts to future<T> by slicing (`future<T> f = kids.spawn(…)`), and CTAD deduces future<T>.
template <class F, bool Named = false>
class [[nodiscard("use run() for a child whose result nobody wants")]] child_future
    : public future<detail::child_result_t<F>> {
  using base = future<detail::child_result_t<F>>;

 public:
  child_future(child_future &&) noexcept = default;
  child_future& operator=(child_future&&) noexcept = default;
  COVEY_INLINE ~child_future() = default;

  /// As future::get().
  COVEY_INLINE detail::child_result_t<F> get() {
    using child = detail::child<F, Named>;
    detail::frame* const f = std::exchange(this->frame_, nullptr);
    // Another child's, if it came through a reference to the base.
    if (f != nullptr && f->ops == &child::table) [[likely]] {
      detail::worker& me = *detail::this_worker();
      if (detail::pop_private(me, f)) [[likely]] {
        return child::template run_here<true>(me, f);
      }
    }
    return base::get_of(f);
  }

 private:
  friend struct detail::future_access;
  COVEY_INLINE explicit child_future(detail::frame * f) noexcept : base(f) {
  }
};

template <class F, bool Named>
future(child_future<F, Named>) -> future<detail::child_result_t<F>>;

namespace detail {
// Lets nurseries make futures.
struct future_access {
  template <class F, bool Named>
  COVEY_INLINE static child_future<F, Named> typed(frame* f) noexcept {
    return child_future<F, Named>(f);
  }
  template <class F>
  static future<child_result_t<F>> plain(frame* f) noexcept {
    return future<child_result_t<F>>(f);
  }
};
}  // namespace detail

}  // namespace covey
