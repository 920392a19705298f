// SPDX-License-Identifier: Apache-2.0
// What ends the program with one line on standard error: things outside of it that are not as they have to be.
#pragma once

#include <stdexcept>

namespace top {

/// The message is a whole line for the user. Exit status 1.
class problem : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The process that was read is gone.
class process_ended : public problem {
 public:
  using problem::problem;
};

}  // namespace top
