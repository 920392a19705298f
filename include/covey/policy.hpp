// SPDX-License-Identifier: Apache-2.0
// The options of a nursery: policy, limits and deadlines as small values that check what they are given.
#pragma once

#include <covey/config.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>
#include <type_traits>

namespace covey {

class nursery;
class pool;
struct failed_child;

namespace detail {
[[noreturn]] COVEY_API void throw_bad_duration();
template <class Int>
concept whole_number = std::integral<Int> && !std::same_as<Int, bool>;
}  // namespace detail

/// The clock of all deadlines.
using clock = std::chrono::steady_clock;

/// A whole number given by the user, of any integer type, without the silent wrap of `-1` to 2^64 - 1.
class amount {
 public:
  constexpr amount() noexcept = default;
  template <detail::whole_number Int>
  // NOLINTNEXTLINE(google-explicit-constructor): a number in an options literal
  constexpr amount(Int value) noexcept : value_(saturate(value)),
                                         given_(true) {}

  [[nodiscard]] constexpr bool given() const noexcept { return given_; }
  [[nodiscard]] constexpr std::int64_t value() const noexcept { return value_; }

 private:
  template <std::integral Int>
  static constexpr std::int64_t saturate(Int value) noexcept {
    if constexpr (std::unsigned_integral<Int> && sizeof(Int) >= sizeof(std::int64_t)) {
      constexpr auto most = static_cast<Int>(std::numeric_limits<std::int64_t>::max());
      return value > most ? std::numeric_limits<std::int64_t>::max()
                          : static_cast<std::int64_t>(value);
    } else {
      return static_cast<std::int64_t>(value);
    }
  }
  std::int64_t value_ = 0;
  bool given_ = false;
};

/// A length of time given by the user: any chrono duration, checked for NaN and saturated before it is converted.
/// @throws std::invalid_argument for NaN.
class time_limit {
 public:
  constexpr time_limit() noexcept = default;
  template <class Rep, class Period>
  // NOLINTNEXTLINE(google-explicit-constructor): a duration in an options literal
  constexpr time_limit(std::chrono::duration<Rep, Period> length)
      : length_(saturate(length)),
        given_(true) {}

  [[nodiscard]] constexpr bool given() const noexcept { return given_; }
  [[nodiscard]] constexpr clock::duration length() const noexcept { return length_; }
  /// @returns the point in time `length` after `start`, saturated.
  [[nodiscard]] constexpr clock::time_point after(clock::time_point start) const noexcept {
    if (length_ > clock::duration::zero() && start > clock::time_point::max() - length_) {
      return clock::time_point::max();
    }
    if (length_ < clock::duration::zero() && start < clock::time_point::min() - length_) {
      return clock::time_point::min();
    }
    return start + length_;
  }

 private:
  template <class Rep, class Period>
  static constexpr clock::duration saturate(std::chrono::duration<Rep, Period> length) {
    using seconds = std::chrono::duration<long double>;
    const long double value = std::chrono::duration_cast<seconds>(length).count();
    if (value != value) {
      detail::throw_bad_duration();
    }
    // Half the range of the clock, so that "now + length" stays far from its ends.
    constexpr clock::duration most = clock::duration::max() / 2;
    constexpr long double bound = std::chrono::duration_cast<seconds>(most).count();
    if (value >= bound) {
      return most;
    }
    if (value <= -bound) {
      return -most;
    }
    return std::chrono::duration_cast<clock::duration>(length);
  }
  clock::duration length_{};
  bool given_ = false;
};

/// What a nursery does about a failed child.
class policy {
 public:
  /// The first failure stops the siblings; the composite holds every failure.
  static const policy fail_fast;
  /// Siblings go on; at the end the failures that no get() has delivered are thrown.
  static const policy supervise;
  /// What nobody chose: fail_fast for a nursery; supervise for a nursery_box, which serves those who do not know each
  /// other.
  static const policy standard;

  friend constexpr bool operator==(policy, policy) noexcept = default;

 private:
  constexpr explicit policy(std::uint8_t kind) noexcept : kind_(kind) {}
  std::uint8_t kind_;
};
inline constexpr policy policy::fail_fast{0};
inline constexpr policy policy::supervise{1};
inline constexpr policy policy::standard{2};

/// What spawn() does at the limit, on a covey thread. A thread outside the pool waits.
enum class when_full : std::uint8_t {
  /// In a child of this nursery, or below one: runs the new child on this stack; that one's turn comes out of its
  /// spawner's. Elsewhere: runs queued children of this nursery, and sleeps when there are none.
  run_inline,
  /// Runs no child on this stack. In a child of this nursery, or below one: returns at once; the new child starts when
  /// another one has finished. Elsewhere: lends the worker's permit to a substitute and sleeps until a child has finished.
  lend_place
};

/// What an expired deadline does.
enum class on_timeout : std::uint8_t {
  fail,           ///< stop the children, wait for them, throw timeout_error
  return_partial  ///< stop the children, wait for them, return; outcome() tells
};

/// What a worker may run while it waits for a stolen child.
enum class wait_rule : std::uint8_t {
  strict,   ///< only what it waits for, and descendants of it
  leapfrog  ///< also anything else from the deque of the thief: faster on some trees; strangers run on this stack
};

/// Says under which nursery a new one is opened.
class parent {
 public:
  /// The innermost nursery open in the same task body on this thread.
  constexpr parent() noexcept = default;
  // NOLINTNEXTLINE(google-explicit-constructor): `.parent = other`
  parent(nursery& other) noexcept : other_(&other), given_(true) {}
  static constexpr parent none() noexcept {
    parent none;
    none.given_ = true;
    return none;
  }
  [[nodiscard]] constexpr bool given() const noexcept { return given_; }
  [[nodiscard]] constexpr nursery* other() const noexcept { return other_; }

 private:
  nursery* other_ = nullptr;
  bool given_ = false;
};
/// `.parent = covey::root`: no parent, so that no stop or deadline comes from outside.
inline constexpr parent root = parent::none();

/// Options of a nursery. Every member has a default; the order is frozen, new ones go last.
struct nursery_options {
  std::string_view name = {};  ///< copied; of more than 47 bytes the middle is left out
  covey::policy policy = covey::policy::standard;  ///< what a failed child does to its siblings
  time_limit timeout = {};  ///< from the opening; zero or negative: expired at once
  /// Children spawned and not finished, 1 … 2^31 - 1; open doors are none. No more of them ever exist, but for those that
  /// a child of this nursery spawns at the limit: they run on its stack, in its turn, or (lend_place, or when half of the
  /// stack is used) wait for the end of another.
  amount limit = {};
  covey::on_timeout on_timeout = covey::on_timeout::fail;
  /// Beside timeout: the earlier one counts.
  clock::time_point deadline = clock::time_point::max();
  covey::parent parent = {};
  /// Default: the pool of the enclosing task, else pool::default_pool().
  covey::pool* pool = nullptr;
  covey::when_full when_full = covey::when_full::run_inline;
  covey::wait_rule wait = covey::wait_rule::strict;
  amount max_failures = 1000;  ///< failures kept, 1 … 1,000,000; further ones are counted
  /// Hears of every child's failure when it happens, with `error` set always; for nurseries that live long. It observes:
  /// the failure is reported as without it. Called on the thread of a failed child, by one thread at a time, under no lock
  /// of covey; it may stop the nursery and spawn into it. What it throws is one more failure of the nursery.
  std::function<void(const failed_child&)> on_failure = {};
};

}  // namespace covey
