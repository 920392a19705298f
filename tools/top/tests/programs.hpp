// SPDX-License-Identifier: Apache-2.0
// Other programs, for tests: one that runs to its end, and one that stays to be looked at.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace top_test {

struct ending {
  int status = 0;  // of the exit; 128 plus the signal that killed it
  std::string out;
  std::string err;
};

/// Runs a program, found along PATH, to its end.
[[nodiscard]] ending run(const std::vector<std::string>& command);

/// Runs covey-top.
[[nodiscard]] ending run_top(const std::vector<std::string>& arguments);

/// A program that says "ready" and stays until its standard input ends.
class resident {
 public:
  /// @throws std::runtime_error if it ends without a word.
  explicit resident(const std::vector<std::string>& command, const std::string& folder = ".");
  resident(const resident&) = delete;
  resident& operator=(const resident&) = delete;
  ~resident() { end(); }

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] std::string id() const { return std::to_string(pid_); }
  /// Lets it go, and waits for it. @returns as ending::status.
  int end();
  /// Kills it without waiting for it: a zombie stays.
  void kill() const;

 private:
  pid_t pid_ = -1;
  int input_ = -1;
};

/// A folder for one test, removed with all that is in it.
class folder {
 public:
  folder();
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder();
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

[[nodiscard]] std::string contents(const std::string& path);
void write_file(const std::string& path, const std::string& bytes);

}  // namespace top_test
