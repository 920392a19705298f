// SPDX-License-Identifier: Apache-2.0
// Text for a terminal: cut and padded to columns, times and numbers made short.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace top {

/// @returns as many whole characters of printable text as fit into so many columns, one column each.
[[nodiscard]] std::string_view clipped(std::string_view text, std::size_t columns);
/// @returns the printable text with blanks after it, or before it, up to so many columns.
[[nodiscard]] std::string left(std::string_view text, std::size_t columns);
[[nodiscard]] std::string right(std::string_view text, std::size_t columns);

/// @returns such as "12ms", "3.4s", "5m07s", "2h05m", "3d04h", "120d"; at most seven columns, and a "-" before what is negative.
[[nodiscard]] std::string short_time(std::chrono::nanoseconds time);
/// @returns such as "17", "1.2k", "34.5M".
[[nodiscard]] std::string short_number(double value);

}  // namespace top
