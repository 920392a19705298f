// SPDX-License-Identifier: Apache-2.0
// Sums of times that a file tells: they stay at the largest time instead of overflowing.
#pragma once

#include <cstdint>
#include <limits>

namespace trace_tool {

inline constexpr std::int64_t longest_time = std::numeric_limits<std::int64_t>::max();

/// @pre neither is negative
[[nodiscard]] constexpr std::int64_t plus(std::int64_t a, std::int64_t b) noexcept {
  return a > longest_time - b ? longest_time : a + b;
}
/// @pre neither is negative
[[nodiscard]] constexpr std::int64_t times(std::int64_t a, std::int64_t b) noexcept {
  return b != 0 && a > longest_time / b ? longest_time : a * b;
}

}  // namespace trace_tool
