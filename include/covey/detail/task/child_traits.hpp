// SPDX-License-Identifier: Apache-2.0
// What can be a child, what it returns, and how that is stored.
#pragma once

#include <covey/config.hpp>
#include <covey/stop_token.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace covey::detail {

template <class F>
inline constexpr bool takes_token = std::is_invocable_v<F, stop_token>;
template <class F>
inline constexpr bool is_child = std::is_invocable_v<F> || takes_token<F>;
// What a spawn takes: a copy of it can be called, with nothing or with a stop_token.
template <class F>
concept one_child = is_child<std::decay_t<F>>;

template <class F, bool Token = takes_token<F>>
struct child_result {
  using type = std::invoke_result_t<F>;
};
template <class F>
struct child_result<F, true> {
  using type = std::invoke_result_t<F, stop_token>;
};
template <class F>
using child_result_t = typename child_result<F>::type;

// How a result lies in the frame: itself, a pointer for a reference, nothing for void.
template <class T>
struct stored {
  using type = std::remove_const_t<T>;
};
template <class T>
struct stored<T&> {
  using type = T*;
};
template <class T>
struct stored<T&&> {
  using type = T*;
};
template <>
struct stored<void> {
  struct type {};
};
template <class T>
using stored_t = typename stored<T>::type;

[[nodiscard]] constexpr std::size_t round_up(std::size_t size, std::size_t to) noexcept {
  return (size + to - 1) / to * to;
}

template <class F>
[[nodiscard]] bool is_null(const F& callable) noexcept {
  if constexpr (std::is_pointer_v<F> || std::is_member_pointer_v<F>) {
    return callable == nullptr;
  } else if constexpr (requires {
                         typename F::result_type;
                         { static_cast<bool>(callable) } -> std::same_as<bool>;
                       }) {
    return !static_cast<bool>(callable);  // std::function and its like
  } else {
    return false;
  }
}

// The largest callable that is worth a copy.
inline constexpr std::size_t most_resident_bytes = 64;

}  // namespace covey::detail
