// SPDX-License-Identifier: Apache-2.0
// Text of unknown origin, made fit for a terminal or a log: names, messages, sites.
#pragma once

#include "text/printable_text.hpp"

#include <covey/task_info.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace covey::runtime {

/// Appends at most `most_bytes` bytes of a message: what is not printable as \xNN, line ends as a new line that
/// begins with `indent`. Says how much was cut.
void append_message(std::string& out,
                    std::string_view text,
                    std::size_t most_bytes,
                    std::string_view indent);

/// Appends "nursery 'name'" or "an unnamed nursery".
void append_nursery(std::string& out, const label& name);

/// Appends "'name'" or "an unnamed child".
void append_task(std::string& out, const label& name);

}  // namespace covey::runtime
