// SPDX-License-Identifier: Apache-2.0
// How a batch calls the user's functions for an item.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/task/child_traits.hpp>
#include <covey/policy.hpp>
#include <covey/this_task.hpp>

#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

namespace covey::detail {

// Calls the user's function for an item, with the task's stop token if it takes one.
template <class F, class Item>
inline constexpr bool takes_item_and_token = std::is_invocable_v<F&, Item, stop_token>;
template <class F, class Item>
COVEY_INLINE decltype(auto) call_for_item(F& work, Item&& item) {
  if constexpr (takes_item_and_token<F, Item>) {
    return std::invoke(work, std::forward<Item>(item), this_task::get_stop_token());
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

}  // namespace covey::detail
