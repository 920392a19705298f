// SPDX-License-Identifier: Apache-2.0
// What the user of covey-trace asked for on the command line.
#pragma once

#include <optional>
#include <string>

namespace trace_tool {

struct options {
  std::string trace;   ///< file to read
  std::string html;    ///< file to write; empty: none
  std::string repair;  ///< file to write; empty: none
  bool text = false;
};

/// Either options, or the exit status of a run that ends here (help was asked for, or an argument was wrong).
struct parsed {
  options wanted;
  std::optional<int> exit_status;
};

/// Prints help to standard output, and errors with the usage to standard error.
[[nodiscard]] parsed parse_arguments(int argc, char** argv);

}  // namespace trace_tool
