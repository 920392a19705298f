// SPDX-License-Identifier: Apache-2.0
// Text in the columns of a terminal: wide characters take two, what combines with the one before takes none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace support {

/// @returns how many columns printable text takes.
[[nodiscard]] std::size_t columns_of(std::string_view text);
/// @returns as many whole characters of printable text as fit into so many columns.
[[nodiscard]] std::string_view clipped(std::string_view text, std::size_t columns);
/// @returns the printable text with blanks after it, or before it, up to so many columns.
[[nodiscard]] std::string left(std::string_view text, std::size_t columns);
[[nodiscard]] std::string right(std::string_view text, std::size_t columns);
/// @returns text of any kind in exactly so many columns: filled up, or the middle cut out, with "~" in its place; what is
/// not printable as \xNN. The ends of names and places are what tells them apart.
[[nodiscard]] std::string column(std::string_view text, std::size_t columns);

}  // namespace support
