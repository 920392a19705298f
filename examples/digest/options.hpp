// SPDX-License-Identifier: Apache-2.0
// What the user of digest asked for on the command line.
#pragma once

#include "hashing.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace digest {

struct options {
  std::vector<std::string> paths;
  digest::algorithm algorithm = digest::algorithm::sha256;
  bool follow = false;
  std::optional<std::int64_t> jobs;       // none: the default pool
  std::optional<std::int64_t> in_flight;  // none: four for each thread of the pool
  std::optional<double> timeout;          // seconds
  std::optional<double> interval;         // seconds between two progress lines
  std::string json;                       // file to write; empty: none
  bool compare_serial = false;
  bool quiet = false;
};

/// Either options, or the exit status of a run that ends here (help was asked for, or an argument was wrong).
struct parsed {
  options wanted;
  std::optional<int> exit_status;
};

/// Prints help to standard output, and errors with the usage to standard error.
[[nodiscard]] parsed parse_arguments(int argc, char** argv);

}  // namespace digest
