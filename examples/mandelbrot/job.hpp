// SPDX-License-Identifier: Apache-2.0
// The work itself: the rows of the picture as one batch.
#pragma once

#include "options.hpp"
#include "picture.hpp"
#include "state_file.hpp"

#include <covey/nursery.hpp>
#include <covey/pool.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mandelbrot {

struct job_result {
  std::size_t threads = 0;
  std::uint64_t rows_kept = 0;      // taken from the state of an earlier run
  std::uint64_t rows_computed = 0;  // now
  bool complete = false;
  bool timed_out = false;
  std::vector<std::string> failures;
  double seconds = 0;  // of the batch
};

/// Computes the rows that are not done. Ends early by the timeout, or when `job` is stopped.
/// @param state where finished rows are kept; none: nowhere
[[nodiscard]] job_result render(const options& wanted,
                                covey::nursery& job,
                                picture& into,
                                const std::vector<bool>& done,
                                std::optional<state_file>& state);

}  // namespace mandelbrot
