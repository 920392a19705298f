// SPDX-License-Identifier: Apache-2.0
// Checks of numbers on the command line: a wrong one is told with its valid range, and never reaches the library.
#pragma once

#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace support {

/// @returns the number, if the text is one, whole and within the range; NaN is in no range.
template <class Number>
[[nodiscard]] std::optional<Number> number_in(std::string_view text, Number least, Number most) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const bool whole = error == std::errc{} && stop == end && !text.empty();
  return whole && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

/// For CLI11, whose own range check lets NaN and trailing text pass. @returns a complaint, or nothing.
template <class Number>
[[nodiscard]] std::function<std::string(const std::string&)> in_range(Number least,
                                                                      Number most,
                                                                      const char* words) {
  return [=](const std::string& text) -> std::string {
    return number_in(text, least, most) ? "" : "'" + text + "' is not " + words;
  };
}

/// For CLI11: the name of a file is never empty, as it would be when a variable of a script is unset.
/// @returns a complaint, or nothing.
[[nodiscard]] inline std::string file_name(const std::string& text) {
  return text.empty() ? "a file name cannot be empty" : "";
}

}  // namespace support
