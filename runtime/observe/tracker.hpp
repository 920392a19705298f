// SPDX-License-Identifier: Apache-2.0
// What the engine tells the tracker of children and scopes that come and go.
// Every function is cheap and harmless while nothing is tracked.
#pragma once

#include "scope/context.hpp"
#include "worker/record.hpp"
#include "worker/tracking_map.hpp"

#include <covey/detail/task/scope.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <cstdint>

// Life of an entry (proof: runtime/README.md, "Tracking"). A scope and a frame hold the index of their entry; the entry has
// no pointer to them. It is taken when the scope is opened or the child is spawned at level full, or later by a thread that
// runs inside and needs it. It is given back by the thread that ends the scope, or that finishes the child, before another
// thread can learn that the child has finished.
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

// Whether the tracker still lists the child: then its outcome must not be shown yet.
[[nodiscard]] inline bool is_listed(const frame* f) noexcept {
  return f->flags.load(std::memory_order_acquire) >> detail::frame_flag::entry_shift != 0;
}

// --- of scopes ----------------------------------------------------------------------------------------------------
// A scope with options was opened.
void track_scope(scope& s) noexcept;
// A scope without options was opened that inherited attention::tracked.
void track_opening(scope& s) noexcept;
void track_end(scope& s) noexcept;

// Called when the level may have been raised: the scopes that this thread is in get entries.
void catch_up() noexcept;

}  // namespace covey::runtime
