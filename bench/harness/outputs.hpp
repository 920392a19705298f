// SPDX-License-Identifier: Apache-2.0
// The files that a session writes.
#pragma once

#include "harness/options.hpp"
#include "harness/session.hpp"

#include <functional>
#include <string>
#include <vector>

namespace bench {

class outputs {
 public:
  /// Sees that every file that is wanted can be written; what is in them stays. @returns false after a complaint.
  [[nodiscard]] bool open(const options& wanted);
  /// Writes them. @returns false after a complaint on stderr; the other files are written all the same.
  [[nodiscard]] bool write(const session& all);

 private:
  struct file {
    std::string path;
    std::function<std::string(const session&)> text;
  };

  bool add(const std::string& path, std::function<std::string(const session&)> text);

  std::vector<file> files_;
  std::string page_;
};

}  // namespace bench
