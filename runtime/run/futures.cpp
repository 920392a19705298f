// SPDX-License-Identifier: Apache-2.0
// What futures do with the frames of their children.
#include "observe/tracker.hpp"
#include "outcome/failures.hpp"
#include "run/execute.hpp"

#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/compiled/futures.hpp>
#include <covey/detail/task/child.hpp>

#include <future>

namespace covey::detail {

void drop_future(frame* f) noexcept {
  // On the thread that owns the child's scope a plain mark is enough: settle() runs on that thread, too.
  if (f->home != nullptr && f->home == this_worker() && !runtime::is_remote(f)) {
    if ((f->flags.load(std::memory_order_acquire) & frame_flag::handed) == 0) {
      add_mark(f, mark_dropped);
      return;
    }
  } else if ((f->flags.fetch_or(frame_flag::dropped, std::memory_order_seq_cst) &
              frame_flag::handed) == 0) {
    return;
  }
  runtime::destroy_outcome(f);
  release_frame(f);
}

void end_future(frame* f) noexcept {
  f->phase.store(phase::taken, std::memory_order_release);
  drop_future(f);
}

task_state state_of(const frame* f) noexcept {
  const phase now = f->phase.load(std::memory_order_acquire);
  if (is_final(now) && runtime::is_listed(f)) {
    return task_state::running;  // the tracker is told before anybody else
  }
  switch (now) {
    case phase::queued:
      return task_state::queued;
    case phase::running:
      return task_state::running;
    case phase::failed:
      return task_state::failed;
    case phase::stopped:
      return task_state::stopped;
    case phase::never_started:
      return task_state::never_started;
    default:
      return task_state::done;
  }
}

void throw_no_state() {
  throw std::future_error(std::future_errc::no_state);
}

}  // namespace covey::detail
