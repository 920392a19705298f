// SPDX-License-Identifier: Apache-2.0
// What became of one item of a batch.
#pragma once

#include <covey/config.hpp>

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

namespace covey {

/// How an item ended.
enum class item_state : std::uint8_t {
  never_started,  ///< a stop or the deadline came first
  done,
  failed,
  stopped  ///< obeyed a stop
};

namespace detail {
struct outcome_access;
[[noreturn]] COVEY_API void throw_not_done(item_state state);
}  // namespace detail

/// The outcome of one item: its value, its exception, or why there is neither.
/// @tparam T what the function returns, without reference; may be void, move-only, not default-constructible.
template <class T>
class item_outcome {
  using value_type = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

 public:
  [[nodiscard]] item_state state() const noexcept { return state_; }
  /// @returns whether there is a value.
  [[nodiscard]] explicit operator bool() const noexcept { return state_ == item_state::done; }
  [[nodiscard]] bool has_value() const noexcept { return state_ == item_state::done; }
  /// @returns the value. @throws the item's own exception, or std::logic_error when it was stopped or never started.
  decltype(auto) value() & { return get(*this); }
  // NOLINTNEXTLINE(modernize-use-nodiscard): also called for its throw alone
  decltype(auto) value() const& { return get(*this); }
  decltype(auto) value() && { return get(std::move(*this)); }
  /// @returns the exception of a failed item; null for others.
  [[nodiscard]] const std::exception_ptr& error() const noexcept {
    static const std::exception_ptr none;
    const auto* const kept = std::get_if<2>(&kept_);
    return kept != nullptr ? *kept : none;
  }

 private:
  friend struct detail::outcome_access;
  template <class Self>
  static auto get(Self&& self)
      -> std::conditional_t<std::is_void_v<T>,
                            void,
                            decltype(std::get<1>(std::forward<Self>(self).kept_))> {
    if (self.state_ == item_state::failed) {
      std::rethrow_exception(std::get<2>(self.kept_));
    }
    if (self.state_ != item_state::done) {
      detail::throw_not_done(self.state_);
    }
    if constexpr (!std::is_void_v<T>) {
      return std::get<1>(std::forward<Self>(self).kept_);
    }
  }

  std::variant<std::monostate, value_type, std::exception_ptr> kept_;
  item_state state_ = item_state::never_started;
};

namespace detail {
// Lets batches write outcomes.
struct outcome_access {
  template <class T, class Make>
  static void set_value(item_outcome<T>& of, Make make) {
    if constexpr (std::is_move_constructible_v<T>) {
      of.kept_.template emplace<1>(make());
    } else {
      // Built in place from what the function returns.
      struct made {
        Make& make;
        operator T() const { return make(); }  // NOLINT(google-explicit-constructor)
      };
      of.kept_.template emplace<1>(made{make});
    }
    of.state_ = item_state::done;
  }
  static void set_done(item_outcome<void>& of) noexcept { of.state_ = item_state::done; }
  template <class T>
  static void set_error(item_outcome<T>& of, std::exception_ptr error) noexcept {
    of.state_ = error != nullptr ? item_state::failed : item_state::stopped;
    of.kept_.template emplace<2>(std::move(error));
  }
};
}  // namespace detail

}  // namespace covey
