// SPDX-License-Identifier: Apache-2.0
// Times, shares and names as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trace_tool {

/// @returns such as "1.23 ms": three digits, with the unit that fits.
[[nodiscard]] std::string duration(std::int64_t ns);
/// @returns the number with so many digits after the point.
[[nodiscard]] std::string fixed(double value, int digits);
/// @returns such as "12.3 %", or "-" when there is no whole.
[[nodiscard]] std::string share(std::int64_t part, std::int64_t whole);
/// @returns the text as it is safe in HTML and SVG, in attributes, too; what is not printable as \xNN.
[[nodiscard]] std::string escaped(std::string_view text);
/// @returns the text for a terminal, in a field of that width: the middle cut out, with "~" in its place, or filled up;
/// what is not printable as \xNN. The ends of names and places are what tells them apart.
[[nodiscard]] std::string column(std::string_view text, std::size_t width);

}  // namespace trace_tool
