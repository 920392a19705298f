// SPDX-License-Identifier: Apache-2.0
// How a batch calls the user's functions for an item, and what it says about an item that failed.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/child_traits.hpp>
#include <covey/policy.hpp>
#include <covey/stop_token.hpp>
#include <covey/task_info.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace covey::detail {

// Calls the user's function for an item, with the task's stop token if it takes one.
template <class F, class Item>
inline constexpr bool takes_item_and_token = std::is_invocable_v<F&, Item, stop_token>;
template <class F, class Item>
COVEY_INLINE decltype(auto) call_for_item(F& work, Item&& item) {
  if constexpr (takes_item_and_token<F, Item>) {
    return std::invoke(work, std::forward<Item>(item), token_of_current_task());
  } else {
    return std::invoke(work, std::forward<Item>(item));
  }
}
template <class F, class Item>
using item_result_t = decltype(call_for_item(std::declval<F&>(), std::declval<Item>()));

template <class F, class Item>
[[nodiscard]] std::uint64_t weight_of_item(F& work, Item&& item) {
  if constexpr (requires { work.weight; }) {
    const auto weight = std::invoke(work.weight, std::forward<Item>(item));
    static_assert(std::is_integral_v<decltype(weight)>, "covey: a weight must be a whole number");
    const amount given(weight);
    return given.value() > 0 ? static_cast<std::uint64_t>(given.value()) : 0;
  } else {
    return 1;
  }
}

// "item 17", and what it is if that can be said: numbers, strings, paths, and what has a to_string().
[[nodiscard]] COVEY_API label name_of_item(std::uint64_t index, std::string_view text) noexcept;
template <class Get>
[[nodiscard]] label describe_item(std::uint64_t index, Get get) noexcept {
  using item = std::remove_cvref_t<decltype(get())>;
  try {
    if constexpr (std::is_convertible_v<const item&, std::string_view>) {
      const auto& value = get();
      if constexpr (std::is_pointer_v<item>) {
        return name_of_item(index, value != nullptr ? std::string_view(value) : "null");
      } else {
        return name_of_item(index, std::string_view(value));
      }
    } else if constexpr (std::is_arithmetic_v<item>) {
      return name_of_item(index, std::to_string(get()));
    } else if constexpr (requires(const item& i) {
                           { i.string() } -> std::convertible_to<std::string>;
                         }) {
      return name_of_item(index, get().string());
    } else if constexpr (requires(const item& i) {
                           { to_string(i) } -> std::convertible_to<std::string>;
                         }) {
      return name_of_item(index, to_string(get()));
    }
  } catch (...) {  // NOLINT(bugprone-empty-catch): the index will do
  }
  return name_of_item(index, {});
}

}  // namespace covey::detail
