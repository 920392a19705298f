// SPDX-License-Identifier: Apache-2.0
// The tables of the report.
#pragma once

#include "analysis.hpp"
#include "trace_data.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trace_tool {

/// The children that were spawned at one place, or the items of a batch; of items that were told together the average. Times are what they ran themselves.
struct site_row {
  text_index site = 0;
  text_index name = 0;  ///< of the first of them
  std::uint64_t count = 0;
  std::int64_t total = 0;
  std::int64_t mean = 0;
  std::int64_t p50 = 0;
  std::int64_t p99 = 0;
  std::int64_t most = 0;
  std::size_t not_done = 0;  ///< failed, stopped or unfinished
};

/// One task of a ranking. `times_median`: compared with its siblings of the same place.
struct ranked_task {
  std::size_t task = 0;
  std::int64_t value = 0;
  double times_median = 0;
};

/// What a task, or code outside of all tasks, contributes to the critical path.
struct path_row {
  std::size_t task = no_task;
  std::size_t track = 0;
  std::int64_t work = 0;
};

struct summary {
  std::size_t tasks = 0;             ///< children, but for those that only carried items of a batch
  std::uint64_t items = 0;           ///< of batches
  std::vector<site_row> sites;       ///< largest total first
  std::vector<ranked_task> longest;  ///< by what they ran themselves
  std::vector<ranked_task> queued;   ///< by how long they were queued
  std::vector<path_row> path;        ///< largest contribution first
  std::size_t workers = 0;           ///< tracks that ran or waited for anything
  std::int64_t wall = 0;
  std::int64_t busy = 0;
  std::int64_t capacity = 0;  ///< workers times wall
  std::int64_t idle = 0;      ///< capacity, less busy
  double parallelism = 0;     ///< work by span
  double average_busy = 0;    ///< workers
};

[[nodiscard]] summary summarise(const trace_data& data, const analysis& of, std::size_t rows = 10);

}  // namespace trace_tool
