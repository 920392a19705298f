// SPDX-License-Identifier: Apache-2.0
// What the user of mandelbrot asked for on the command line.
#pragma once

#include "picture.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mandelbrot {

struct options {
  view shown;
  std::string out = "mandelbrot.png";
  std::string json;                  // file to write; empty: none
  std::optional<std::int64_t> jobs;  // none: the default pool
  std::optional<double> timeout;     // seconds
  std::optional<double> interval;    // seconds between two progress lines
  bool resume = false;
  bool quiet = false;
};

/// Either options, or the exit status of a run that ends here (help was asked for, or an argument was wrong).
struct parsed {
  options wanted;
  std::optional<int> exit_status;
};

/// Prints help to standard output, and errors with the usage to standard error.
[[nodiscard]] parsed parse_arguments(int argc, char** argv);

}  // namespace mandelbrot
