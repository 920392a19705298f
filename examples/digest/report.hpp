// SPDX-License-Identifier: Apache-2.0
// What digest tells: lines like those of sha256sum, the failures, a summary, and a report in JSON.
#pragma once

#include "job.hpp"
#include "options.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace digest {

/// Everything that a report speaks of.
struct report {
  const options& wanted;
  const job_result& result;
  std::optional<serial_result> serial;
  int signal = 0;
};

/// @returns "done", "failed", "timed out" or "stopped".
[[nodiscard]] const char* state_of(const report& about);

/// The digests to standard output. @throws std::system_error if that cannot be written.
void print_digests(const report& about);
/// Every failed file, to standard error.
void print_failures(const report& about);
/// Throughput and, if it was done, the serial pass, to standard error.
void print_summary(const report& about);

/// The file for the report in JSON. It is opened before the work starts, so that a wrong name costs no work.
class json_file {
 public:
  /// @throws std::system_error if it cannot be opened.
  explicit json_file(const std::string& path);
  /// @throws std::system_error if it cannot be written in full.
  void write(const report& about);

 private:
  std::string path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

}  // namespace digest
