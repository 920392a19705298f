// SPDX-License-Identifier: Apache-2.0
// Text of unknown origin, made fit for a terminal or a log: names, messages, sites.
#pragma once

#include <covey/task_info.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace covey::runtime {

/// @returns the length of the printable character at the start of the text, or zero. Async-signal-safe.
/// @pre the text is not empty
[[nodiscard]] std::size_t printable_length(std::string_view text) noexcept;

/// Appends at most `limit` bytes of a message: control bytes and invalid UTF-8 as \xNN, line ends as a new line that
/// begins with `indent`. Says how much was cut.
void append_message(std::string& out,
                    std::string_view text,
                    std::size_t limit,
                    std::string_view indent);

/// Appends the text in double quotes as a string of JSON: control characters escaped, invalid UTF-8 as \xNN.
void append_json(std::string& out, std::string_view text);

/// Appends "nursery 'name'" or "an unnamed nursery".
void append_nursery(std::string& out, const label& name);

/// Appends "'name'" or "an unnamed child".
void append_task(std::string& out, const label& name);

}  // namespace covey::runtime
