// SPDX-License-Identifier: Apache-2.0
// What the engine tells the tracker of children that run and of scopes that are open: what they do, and how far they are.
// Every function is cheap and harmless while nothing is tracked.
#pragma once

#include "observe/trace_events.hpp"
#include "observe/tracking_records.hpp"
#include "scope/context.hpp"
#include "scope/notes.hpp"
#include "worker/record.hpp"
#include "worker/tracking_map.hpp"

#include <covey/detail/task/scope.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <cstdint>

namespace covey::detail {
struct share;
}

namespace covey::runtime {

// The index of the record; 0: there is none.
[[nodiscard]] inline std::uint32_t index_of(const frame* f) noexcept {
  return f->flags.load(std::memory_order_relaxed) >> detail::frame_flag::record_shift;
}
[[nodiscard]] inline std::uint32_t index_of(const scope& s) noexcept {
  return static_cast<std::uint32_t>(record_word(s) >> 32U);
}

// Sets the state of the nurseries that this thread has open in a task, and of the task.
// @returns what the innermost was in before; free: none of them has a record
// @param stamp now in ticks, if it is known
life set_all(context c, life now, std::uint64_t stamp = 0) noexcept;
// A child of that place did not look at its stop for so long.
void note_gap(std::uint32_t place, std::uint64_t since, std::uint64_t now) noexcept;

// --- of children --------------------------------------------------------------------------------------------------
// The running child looks at its stop.
void track_check(record& me) noexcept;

void track_progress(const record& me, std::uint64_t done, std::uint64_t total) noexcept;

// While it lives, what this thread runs in waits, or blocks: the innermost child, and the nurseries open in it.
class tracked_pause {
 public:
  tracked_pause(record& me, life now) noexcept;
  tracked_pause(record& me, const frame* awaited) noexcept;
  tracked_pause(record& me, const scope& joined) noexcept;
  ~tracked_pause();
  tracked_pause(tracked_pause&&) = delete;
  tracked_pause& operator=(tracked_pause&&) = delete;

 private:
  tracked_pause(record& me, life now, trace_kind begin, std::uint64_t id) noexcept;

  record& me_;
  const detail::context where_;
  life before_;
  const trace_kind end_;
  const std::uint64_t id_;  // of what is waited for; 0: unknown
};
// The same for callers that cannot keep an object; to be undone with `running`.
void track_pause(record& me, life now) noexcept;

// --- of scopes ----------------------------------------------------------------------------------------------------
void track_deadline(const scope& s, clock::time_point when) noexcept;
void track_stop(const scope& s, const stop_reason& why) noexcept;
void track_total(const scope& s, std::uint64_t items) noexcept;
void track_items(const scope& s, std::uint64_t items) noexcept;
// A thread begins to work on items of a batch, or has finished some: that is a look at the stop.
void track_share(detail::share& s) noexcept;
void track_block(detail::share& s) noexcept;
// It works on no more of them for now.
void track_share_end(detail::share& s) noexcept;

}  // namespace covey::runtime
