// SPDX-License-Identifier: Apache-2.0
// The work itself: every file an item of one batch, and the same once more in a plain loop to compare.
#pragma once

#include "hashing.hpp"
#include "options.hpp"
#include "progress.hpp"
#include "walk.hpp"

#include <covey/nursery.hpp>
#include <covey/pool.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace digest {

enum class file_state : std::uint8_t { not_finished, done, failed };

/// One slot for each file, written by that file's item alone: no lock is needed, the end of the batch makes it visible.
struct file_result {
  file_state state = file_state::not_finished;
  std::uint64_t bytes = 0;  // as read; the walk may have seen another size
  digest::digests digests;
};

struct failure {
  std::string path;
  std::string message;
  int code = 0;  // errno; 0: not an error of the system
};

struct job_result {
  walk_result found;
  std::vector<file_result> files;  // as many as found.files
  std::vector<failure> failures;   // in the order of the walk
  std::uint64_t failures_not_kept = 0;
  covey::stop_kind stopped_by = covey::stop_kind::none;
  std::size_t threads = 0;
  std::int64_t in_flight = 0;
  double walk_seconds = 0;
  double seconds = 0;  // of the batch
};

struct serial_result {
  bool complete = true;
  double seconds = 0;
  double nursery_seconds = 0;   // the same files once more in the nursery
  std::uint64_t different = 0;  // files whose digests were not those of the first pass
};

/// Walks and digests. Goes on past files that fail; ends early by the timeout, or when `job` is stopped.
[[nodiscard]] job_result digest_all(const options& wanted,
                                    covey::nursery& job,
                                    covey::pool& workers,
                                    progress& shown);

/// The files that were done, once more on this thread alone, and then once more in the nursery. The first pass may have
/// waited for the disk; these two find the same page cache, so that they can be compared.
[[nodiscard]] serial_result compare_with_serial(const options& wanted,
                                                const job_result& before,
                                                covey::nursery& job,
                                                covey::pool& workers);

/// @returns the bytes and the number of the files that were done.
[[nodiscard]] std::uint64_t bytes_done(const job_result& result);
[[nodiscard]] std::uint64_t files_done(const job_result& result);

}  // namespace digest
