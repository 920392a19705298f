// SPDX-License-Identifier: Apache-2.0
// What a child holds to hear of a stop: stop_token and stop_callback, with std's interface and the cause of the stop.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/stop/stop_state.hpp>
#include <covey/task_info.hpp>

#include <concepts>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace covey {

namespace detail {
struct stop_access;
}

/// Says whether a nursery, or one child, was asked to stop, and why. Copies share one state, which outlives the scope.
/// A default-constructed token has no state: no stop is requested and none is possible.
///
/// Thread safety: distinct objects may be used from any threads; a shared object as any value.
class stop_token {
 public:
  stop_token() noexcept = default;
  stop_token(const stop_token& other) noexcept : stop_token(other.state_) {}
  stop_token(stop_token&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  stop_token& operator=(const stop_token& other) noexcept {
    stop_token(other).swap(*this);
    return *this;
  }
  stop_token& operator=(stop_token&& other) noexcept {
    stop_token(std::move(other)).swap(*this);
    return *this;
  }
  ~stop_token() {
    if (state_ != nullptr) {
      state_->release();
    }
  }

  /// @returns true once a stop was requested; never false again afterwards.
  /// Memory order: true synchronises with the first request.
  [[nodiscard]] bool stop_requested() const noexcept {
    return state_ != nullptr && state_->requested();
  }
  /// @returns true if a stop was requested, or still can be: false when the scope ended without one.
  [[nodiscard]] bool stop_possible() const noexcept {
    return state_ != nullptr && state_->possible();
  }
  /// @returns the first cause of the stop; of kind `none` while none was requested. A stop that came down from an
  /// enclosing scope has the kind `parent` and tells scope, task, site and text of the original cause.
  [[nodiscard]] stop_reason why() const noexcept {
    return state_ != nullptr ? state_->why() : stop_reason{};
  }

  void swap(stop_token& other) noexcept { std::swap(state_, other.state_); }
  friend void swap(stop_token& a, stop_token& b) noexcept { a.swap(b); }
  /// @returns true if both share one state, or neither has one.
  [[nodiscard]] friend bool operator==(const stop_token& a, const stop_token& b) noexcept {
    return a.state_ == b.state_;
  }

  /// Hands the stop on to code that knows only std: the std token is requested when this one is.
  /// @throws std::bad_alloc at the first conversion of a state.
  // NOLINTNEXTLINE(google-explicit-constructor): passed where std's is asked for
  operator std::stop_token() const {
    return state_ != nullptr ? state_->std_token() : std::stop_token{};
  }

  /// For the engine. @returns the state, or null; no reference is added.
  [[nodiscard]] detail::stop_state* state() const noexcept { return state_; }

 private:
  friend struct detail::stop_access;
  // Adds a reference.
  explicit stop_token(detail::stop_state* state) noexcept : state_(state) {
    if (state_ != nullptr) {
      state_->add_ref();
    }
  }
  detail::stop_state* state_ = nullptr;
};

namespace detail {
// Lets the library make tokens.
struct stop_access {
  // @param state may be null
  [[nodiscard]] static stop_token token_of(stop_state* state) noexcept { return stop_token(state); }
};
}  // namespace detail

/// Calls `Callback` once when a stop is requested: on the thread that requests it, before the request returns; or in the
/// constructor, if it was requested before. No lock of covey is held meanwhile, so that the callback may spawn, request
/// another stop, register and deregister, itself included.
/// The destructor deregisters; while the callback runs on another thread it waits for it to finish.
/// As with std::stop_callback, an exception that leaves the callback ends the process (std::terminate).
///
/// Thread safety: constructed and destroyed by any thread, concurrently with stops and with other registrations.
template <class Callback>
class [[nodiscard]] stop_callback : private detail::stop_node {
  static_assert(std::invocable<Callback>, "covey: a stop_callback is called without arguments");
  static_assert(std::destructible<Callback>,
                "covey: a stop_callback must be destructible without throwing");

 public:
  using callback_type = Callback;

  /// @throws what the constructor of the callback throws; then nothing is registered.
  template <class Init>
  requires std::constructible_from<Callback, Init>
  explicit stop_callback(const stop_token& token,
                         Init&& init) noexcept(std::is_nothrow_constructible_v<Callback, Init>)
      : stop_callback(stop_token(token), std::forward<Init>(init)) {}

  template <class Init>
  requires std::constructible_from<Callback, Init>
  explicit stop_callback(stop_token&& token,
                         Init&& init) noexcept(std::is_nothrow_constructible_v<Callback, Init>)
      : callback_(std::forward<Init>(init)),
        token_(std::move(token)) {
    call = [](detail::stop_node* self) noexcept {
      std::forward<Callback>(static_cast<stop_callback*>(self)->callback_)();
    };
    if (detail::stop_state* state = token_.state(); state != nullptr && !state->add(*this)) {
      token_ = stop_token{};
    }
  }

  stop_callback(const stop_callback&) = delete;
  stop_callback(stop_callback&&) = delete;
  stop_callback& operator=(const stop_callback&) = delete;
  stop_callback& operator=(stop_callback&&) = delete;

  ~stop_callback() {
    if (detail::stop_state* state = token_.state(); state != nullptr) {
      state->remove(*this);
    }
  }

 private:
  [[no_unique_address]] Callback callback_;
  stop_token token_;  // empty when there is nothing to deregister
};

template <class Callback>
stop_callback(stop_token, Callback) -> stop_callback<Callback>;

}  // namespace covey
