// SPDX-License-Identifier: Apache-2.0
// What the user of covey-top asked for on the command line.
#pragma once

#include "rows.hpp"

#include <optional>
#include <string>

namespace top {

enum class output { screen, text, json, dot };

struct options {
  int process = 0;
  std::string core;     // a core file, instead of a process
  std::string program;  // of the core file; may be empty
  bool stacks = false;  // with the tree as text; of a core file they are shown anyway
  top::output output = top::output::screen;
  sort_key sort = sort_key::tree;
  double interval = 1;  // seconds
};

/// Either options, or the exit status of a run that ends here (help was asked for, or an argument was wrong).
struct parsed {
  options wanted;
  std::optional<int> exit_status;
};

/// Prints help to standard output, and errors with the usage to standard error.
[[nodiscard]] parsed parse_arguments(int argc, char** argv);

}  // namespace top
