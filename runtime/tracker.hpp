// SPDX-License-Identifier: Apache-2.0
// What the engine tells the tracker. Every function is cheap and harmless while nothing is tracked.
#pragma once

#include "context.hpp"
#include "record.hpp"
#include "trace.hpp"
#include "tracking_map.hpp"

#include <covey/detail/scope.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <cstdint>

// How records are kept (proof: runtime/README.md, "Tracking"). A scope and a frame hold the index of their record; the
// record holds no way back. It is taken when the scope is opened or the child is spawned at level full, or later, by a
// thread that runs inside and needs it; it is given back by the thread that ends the scope, or that finishes the child,
// before anybody can learn that the child has finished.
namespace covey::detail {
struct share;
}

namespace covey::runtime {

// --- of children --------------------------------------------------------------------------------------------------
// Before the child is queued, by the thread that spawns it.
void track_spawn(frame* f) noexcept;
// The spawn is taken back: the child was never there.
void track_undo(frame* f) noexcept;
// A child that a stopped scope did not take.
void track_refused(const scope& s) noexcept;
// Around the run of a child, by the thread that runs it, in the context `outer`, which waits meanwhile.
struct interrupted_task {
  detail::context outer;
  std::uint32_t child;  // index of the record of the innermost child
  life was;
};
[[nodiscard]] interrupted_task track_start(record& me, frame* f, detail::context outer) noexcept;
void track_finish(record& me, frame* f, const interrupted_task& before) noexcept;
// The child will not run.
void track_unrun(frame* f) noexcept;
// The running child looks at its stop.
void track_check(record& me) noexcept;

void track_progress(const record& me, std::uint64_t done, std::uint64_t total) noexcept;

// Whether the tracker still says that the child is there: then its outcome must not be shown yet.
[[nodiscard]] inline bool is_listed(const frame* f) noexcept {
  return f->flags.load(std::memory_order_acquire) >> detail::frame_flag::record_shift != 0;
}

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
// It was opened at level full, or has got a name or a deadline.
void track_scope(scope& s) noexcept;
// It was born tracked, without options.
void track_opening(scope& s) noexcept;
void track_deadline(const scope& s, clock::time_point when) noexcept;
void track_stop(const scope& s, const stop_reason& why) noexcept;
void track_total(const scope& s, std::uint64_t items) noexcept;
void track_items(const scope& s, std::uint64_t items) noexcept;
// A thread begins to work on items of a batch, or has finished some: that is a look at the stop.
void track_share(detail::share& s) noexcept;
void track_block(detail::share& s) noexcept;
// It works on no more of them for now.
void track_share_end(detail::share& s) noexcept;
void track_end(scope& s) noexcept;

// --- of workers ---------------------------------------------------------------------------------------------------
void track_worker(record& r) noexcept;  // a new record; not two at a time
void track_owner(record& r) noexcept;   // the calling thread owns it from now on
void track_no_owner(record& r) noexcept;
void track_sleep(record& me) noexcept;
void track_wake(record& me) noexcept;

// The level was raised since this thread looked last: what it runs in gets records.
void catch_up() noexcept;

}  // namespace covey::runtime
