// SPDX-License-Identifier: Apache-2.0
// Running a child in full.
#include "run/execute.hpp"

#include "base/assert.hpp"
#include "observe/tracked_workers.hpp"
#include "observe/tracker.hpp"
#include "outcome/failures.hpp"
#include "outcome/stop.hpp"
#include "outcome/stop_states.hpp"
#include "platform/signal_stack.hpp"
#include "platform/stack.hpp"
#include "pool/crew.hpp"
#include "run/exiting.hpp"
#include "run/reports.hpp"
#include "run/seats.hpp"
#include "scope/context.hpp"
#include "scope/migration.hpp"
#include "worker/frames.hpp"
#include "worker/lot.hpp"
#include "worker/stop_epoch.hpp"
#include "worker/thread_switch.hpp"

#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/task/child.hpp>

#include <cxxabi.h>
#include <mutex>
#include <pthread.h>
#include <utility>

namespace covey::runtime {

using detail::phase;
namespace flag = detail::frame_flag;

namespace {

// Lets messages name the child while it runs.
class named_child_guard {
 public:
  named_child_guard(record& me, task_context& here) noexcept : me_(me) {
    const std::scoped_lock guard(me.named_lock);
    here.outer_named = std::exchange(me.named, &here);
  }
  ~named_child_guard() {
    const std::scoped_lock guard(me_.named_lock);
    me_.named = me_.named->outer_named;
  }
  named_child_guard(const named_child_guard&) = delete;
  named_child_guard& operator=(const named_child_guard&) = delete;

 private:
  record& me_;
};

// Counts the own stop of a child without a future off, unless announce() has done so before the future was dropped.
void forget_own_stop(const frame* f) noexcept {
  constexpr std::uint32_t both = flag::stop | flag::finished;
  if ((f->flags.load(std::memory_order_acquire) & both) == flag::stop) {
    active_stops.fetch_sub(1, std::memory_order_seq_cst);
  }
}

// Sets flag::finished, after which the outcome may be read, and the flags of `also`; wakes the threads that sleep for it.
// @returns the flags before.
std::uint32_t announce(frame* f, std::uint32_t also) noexcept {
  const std::uint32_t before = f->flags.fetch_or(flag::finished | also, std::memory_order_seq_cst);
  if ((before & flag::finished) == 0) {
    if ((before & flag::stop) != 0) {
      active_stops.fetch_sub(1, std::memory_order_seq_cst);
    }
    if ((before & flag::has_sleeper) != 0) {
      lot::wake(f);
    }
  }
  return before;
}

}  // namespace

void uncount_remote(scope& s) noexcept {
  const std::uint64_t before =
      s.attention.fetch_sub(detail::attention::remote_one, std::memory_order_seq_cst);
  // A joiner waits for the last one; who waits at the limit, for any.
  if (before < 2 * detail::attention::remote_one || (before & detail::attention::limited) != 0) {
    lot::wake(&s);
  }
}

namespace {

// Reports a finished child to its scope. The last line of each branch is the last access to the scope, unless the child has
// a seat in it.
void bring_back(record* me, scope& s, frame* f, bool remote) noexcept {
  if (remote) {
    settle(f);
    uncount_remote(s);
  } else if (me != nullptr && s.owner == me) {
    settle(f);
    detail::count_finished(s);
  } else if (detail::has_mark(f, detail::mark_dropped)) {
    forget_own_stop(f);
    destroy_outcome(f);
    report_dropped(me, s, f);
  } else {
    announce(f, 0);
    frame* head = s.done.load(std::memory_order_relaxed);
    do {
      f->next = head;
    } while (!s.done.compare_exchange_weak(
        head, f, std::memory_order_release, std::memory_order_relaxed));
    report_back(s, 1);
  }
}

// Whether the child, or its scope, or what is above them has been asked to stop.
[[nodiscard]] bool is_asked_to_stop(task_context& here) noexcept {
  inherit_stops(context_of(&here));
  return (here.task->flags.load(std::memory_order_acquire) & flag::stop) != 0 ||
         is_stopped(*here.of);
}

// Stores the phase `running`, then reads once more whether a stop was requested. A thread that requests a stop stores it,
// passes a heavy_barrier(), and may then read the phase: either it reads `running`, or this function sees the stop. So a
// child that is seen queued after the request does not start.
[[nodiscard]] bool begins_too_late(record& me, task_context& here) noexcept {
  here.task->holder.store(static_cast<std::uint16_t>(me.id + 1), std::memory_order_release);
  detail::store_before_loads(here.task->phase, phase::running);
  return active_stops.load(std::memory_order_seq_cst) != 0 && is_asked_to_stop(here);
}

void complete(record* me, scope& s, frame* f, bool remote) noexcept {
  const bool seated = detail::has_mark(f, detail::mark_seated);
  bring_back(me, s, f, remote);
  if (seated) {
    give_seat_back(s);
  }
}

}  // namespace

void destroy_outcome(frame* f) noexcept {
  switch (f->phase.load(std::memory_order_acquire)) {
    case phase::done:
      f->ops->drop(f);
      break;
    case phase::failed:
      if (detail::kept_failure* const kept = stored_failure(f)) {
        kept->release();
      }
      break;
    case phase::stopped:
    case phase::never_started:
      if (detail::shared_stop* const cause = stored_stop(f)) {
        cause->release();
      }
      break;
    default:
      break;
  }
}

void settle(frame* f) noexcept {
  if (detail::has_mark(f, detail::mark_dropped)) {
    forget_own_stop(f);
  } else if ((announce(f, flag::handed) & flag::dropped) == 0) {
    return;  // it belongs to the future now
  }
  destroy_outcome(f);
  detail::release_frame(f);
}

void collect(scope& s) noexcept {
  if (!has_migrated(s) || s.done.load(std::memory_order_relaxed) == nullptr) {
    return;
  }
  frame* f = s.done.exchange(nullptr, std::memory_order_acquire);
  while (f != nullptr) {
    frame* const next = f->next;
    settle(f);
    f = next;
  }
}

void end_unrun(scope& s, frame* f) noexcept {
  f->ops->discard(f);
  store_stop(f, share_stop_of(s));
  f->phase.store(phase::never_started, std::memory_order_release);
  track_unrun(f);
}

namespace {

void end_without_run(frame* f) noexcept {
  scope& s = *f->of;
  end_unrun(s, f);
  extra_of(s).never_started.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

void end_queued(frame* f) noexcept {
  scope& s = *f->of;
  const bool remote = is_remote(f);
  end_without_run(f);
  complete(this_record(), s, f, remote);
}

void end_in_seat(frame* f) noexcept {
  scope& s = *f->of;
  const bool remote = is_remote(f);
  end_without_run(f);
  bring_back(this_record(), s, f, remote);
}

void drop_queued(frame* f) noexcept {
  request_stop(*f->of, crew_of(*f->of).shutdown_reason());
  end_queued(f);
}

void execute(record& me, frame* f) noexcept {
  // Else it would run twice.
  COVEY_ASSERT(f->phase.load(std::memory_order_relaxed) == phase::queued);
  scope& s = *f->of;
  const bool remote = is_remote(f);
  task_context here;
  here.task = f;
  here.of = &s;
  const context outside_of_it = detail::this_context();
  here.beneath = outside_of_it;
  const std::uint64_t epoch_before = me.stop_epoch;
  detail::enter_context(context_of(&here));
  if (me.of->closed()) {
    inherit_new_stops(me);
  }
  if (is_asked_to_stop(here) || begins_too_late(me, here)) {
    end_unrun(s, f);
    extra_of(s).never_started.fetch_add(1, std::memory_order_relaxed);
  } else {
    const interrupted_task before = track_start(me, f, outside_of_it);
    if (f->ops->name == nullptr) {
      f->ops->run(f);
    } else {
      const named_child_guard named(me, here);
      f->ops->run(f);
    }
    track_finish(me, f, before);
    detail::own_words().count_run();
  }
  if (here.state.load(std::memory_order_relaxed) != nullptr) {
    forget_child_state(here);
  }
  detail::enter_context(outside_of_it);
  // The owner looks again: a stop that it inherited in the child may concern the context outside, too.
  me.stop_epoch = epoch_before;
  linger_if_left(s);
  complete(&me, s, f, remote);
}

void take_over(record& me) noexcept {
  me.exceptions = reinterpret_cast<const detail::exception_globals*>(abi::__cxa_get_globals());
  me.stack_bound.store(own_stack_bound(), std::memory_order_relaxed);
  me.stop_epoch = 0;
  become(me);
  track_owner(me);
  take_signal_stack_if_wanted();
}

}  // namespace covey::runtime
