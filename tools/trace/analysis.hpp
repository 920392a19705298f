// SPDX-License-Identifier: Apache-2.0
// Work, span and critical path of a traced run, and who was busy when.
#pragma once

#include "trace_data.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trace_tool {

inline constexpr std::size_t no_task = ~std::size_t{0};

/// A part of the critical path: one task, or code outside of all tasks, on one worker.
struct path_part {
  std::size_t task = no_task;
  std::size_t track = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t work = 0;  ///< of its own between begin and end
};

struct busy_track {
  std::int64_t busy = 0;     ///< ran code of tasks or of nursery bodies
  std::int64_t waiting = 0;  ///< in joins and waits, without a task to run
  std::int64_t sleeping = 0;
  std::size_t tasks = 0;
};

struct analysis {
  std::int64_t begin = 0;  ///< of the first nursery or task
  std::int64_t end = 0;    ///< of the last one
  std::int64_t work = 0;   ///< time on one worker: the sum of what all tasks and bodies ran
  std::int64_t span =
      0;  ///< time on infinitely many workers: the longest chain of what had to wait for each other
  std::vector<path_part> critical_path;  ///< a chain of that length, in the order of time
  std::vector<std::int64_t>
      own;  ///< of each task: what it ran itself, without waits and tasks run inside of it
  std::vector<busy_track> tracks;
  std::vector<double>
      busy_curve;  ///< workers that were busy, on average, in each of equal parts of the time
};

/// Tasks are nodes, cut into strands where they spawn and join. An edge leads from a spawn to the start of the child,
/// from the end of a child to the end of the join of its nursery, and from the end of a child to the end of a wait for
/// it. The weight of a strand is the time in which its task ran itself: waits weigh nothing, and a task that was run
/// inside of a wait counts for itself. A join waits for the child with the longest chain.
///
/// All of that is found in one sweep over the ends of slices, spawns and joins in the order of time: whatever a point
/// depends on happened before it.
[[nodiscard]] analysis analyse(const trace_data& data, std::size_t curve_points = 240);

}  // namespace trace_tool
