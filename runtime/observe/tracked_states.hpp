// SPDX-License-Identifier: Apache-2.0
// What the engine tells the tracker of children that run and of scopes that are open: what they do, and how far they are.
// Every function is cheap and harmless while nothing is tracked.
#pragma once

#include "observe/trace_events.hpp"
#include "observe/tracking_entries.hpp"
#include "scope/context.hpp"
#include "scope/rare_words.hpp"
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

// The index of the tracker's entry; 0: there is none.
[[nodiscard]] inline std::uint32_t index_of(const frame* f) noexcept {
  return f->flags.load(std::memory_order_relaxed) >> detail::frame_flag::entry_shift;
}
[[nodiscard]] inline std::uint32_t index_of(const scope& s) noexcept {
  return static_cast<std::uint32_t>(entry_word(s) >> 32U);
}

// Sets the state of the task in which `c` is, and of the nurseries that are open in it.
// @returns the former state of the innermost of them; life::free: none of them has an entry
// @param stamp the time in ticks; 0: read it
life set_all(context c, life now, std::uint64_t stamp = 0) noexcept;
// A child spawned at that site did not look for its stop between the two times.
void update_gap(std::uint32_t site_index, std::uint64_t since, std::uint64_t now) noexcept;

// --- of children --------------------------------------------------------------------------------------------------
// The running child looks for its stop.
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
// The same for callers that cannot keep an object. They call it again with life::running.
void track_pause(record& me, life now) noexcept;

// --- of scopes ----------------------------------------------------------------------------------------------------
void track_deadline(const scope& s, clock::time_point when) noexcept;
void track_stop(const scope& s, const stop_reason& why) noexcept;
void track_total(const scope& s, std::uint64_t items) noexcept;
void track_items(const scope& s, std::uint64_t items) noexcept;
// A thread begins to work on items of a batch, or has finished some. Each call counts as a look for the stop.
void track_share(detail::share& s) noexcept;
void track_block(detail::share& s) noexcept;
// It ends its share.
void track_share_end(detail::share& s) noexcept;

}  // namespace covey::runtime
