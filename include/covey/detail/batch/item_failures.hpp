// SPDX-License-Identifier: Apache-2.0
// Failures of items: how a batch keeps them, and names the item.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/task_info.hpp>

#include <concepts>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>

namespace covey::detail {

// Inside a handler: item `index` threw. @returns whether this thread goes on.
[[nodiscard]] COVEY_API bool item_threw(spread& w, std::uint64_t index, const label& what) noexcept;
// The same for a batch that returns failures as outcomes. @returns the exception; null: the item obeyed a stop.
[[nodiscard]] COVEY_API std::exception_ptr item_failed(spread& w,
                                                       const label& what,
                                                       bool& go_on) noexcept;
// Inside a handler: something beside the items threw (the range, the progress function). Comes after the items.
COVEY_API void also_failed(spread& w, std::string_view what) noexcept;
// The same for a range that has shrunk: the batch halts. Only the first such failure is kept.
COVEY_API void range_failed(spread& w) noexcept;

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
