// SPDX-License-Identifier: Apache-2.0
// What happens in a trace, in the order of time.
#pragma once

#include "trace_data.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace trace_tool {

/// At the same moment slices end before anything else happens, and begin after it.
enum class point_kind : std::uint8_t {
  task_end,
  pause_end,  // of a wait for that task, perhaps
  nursery_end,
  nursery_begin,
  spawn,
  slice_begin
};

struct point {
  std::int64_t at = 0;
  point_kind kind = point_kind::spawn;
  std::int64_t tie = 0;   // inner slices end first, outer ones begin first
  std::size_t index = 0;  // of a task; of a pause, counted after the tasks; of a spawn or nursery
};

/// @returns when the first task or nursery began, and the last one ended.
[[nodiscard]] std::pair<std::int64_t, std::int64_t> bounds_of(const trace_data& data);

/// Every end of a slice, spawn, and end of a nursery.
[[nodiscard]] std::vector<point> points_of(const trace_data& data);

}  // namespace trace_tool
