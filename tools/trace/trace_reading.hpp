// SPDX-License-Identifier: Apache-2.0
// Reads the file of a trace, also one whose end is missing.
#pragma once

#include "trace_data.hpp"

#include <stdexcept>
#include <string>

namespace trace_tool {

/// What is wrong with a file, in one line without its name.
class bad_trace : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// @returns the whole file. @throws bad_trace
[[nodiscard]] std::string read_file(const std::string& path);

/// @throws bad_trace if it is not JSON, or not a trace of covey.
[[nodiscard]] trace_data read_trace(const std::string& text);

/// @returns the text up to its last whole event, with an end put to it. @throws as read_trace()
[[nodiscard]] std::string repaired(const std::string& text);

}  // namespace trace_tool
