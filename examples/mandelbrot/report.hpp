// SPDX-License-Identifier: Apache-2.0
// What mandelbrot tells at its end: a summary for people, and a report in JSON.
#pragma once

#include "files.hpp"
#include "job.hpp"
#include "options.hpp"

namespace mandelbrot {

/// Everything that a report speaks of.
struct report {
  const options& wanted;
  const job_result& result;
  std::uint32_t checksum = 0;  // of the pixels
  int signal = 0;
  double png_seconds = 0;
};

/// @returns "done", "failed", "timed out" or "stopped".
[[nodiscard]] const char* state_of(const report& about);

/// To standard error.
void print_summary(const report& about);

/// @throws std::system_error
void write_json(const file& to, const report& about);

}  // namespace mandelbrot
