// SPDX-License-Identifier: Apache-2.0
// What became of a nursery: its state, the cause of its stop, and how its children ended.
#pragma once

#include <covey/config.hpp>
#include <covey/task_info.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace covey {

/// `open`: not joined yet. `failed`: a child failed. `timed_out`: its deadline passed. `stopped`: any other stop.
enum class scope_state : std::uint8_t { open, done, failed, stopped, timed_out };

/// A plain value; counts are exact once the nursery was joined, and a snapshot before.
struct nursery_outcome {
  scope_state state = scope_state::open;
  stop_reason stop;                 ///< kind none: nobody asked it to stop
  std::uint64_t spawned = 0;        ///< children, also those that never started
  std::uint64_t done = 0;           ///< ended with a value
  std::uint64_t failed = 0;         ///< ended with an exception
  std::uint64_t stopped = 0;        ///< obeyed a stop
  std::uint64_t never_started = 0;  ///< refused or queued when the stop came: `stop` says why
};

/// @returns one line, such as "10 children: 2 done, 1 failed, 7 never started; stopped: failure of 'x' in nursery 'n'
/// (b.cpp:44)".
[[nodiscard]] COVEY_API std::string to_string(const nursery_outcome& outcome);
/// @returns the words for a state, such as "timed out"; static storage.
[[nodiscard]] COVEY_API std::string_view to_string(scope_state state) noexcept;

}  // namespace covey
