// SPDX-License-Identifier: Apache-2.0
// Waiting for one child: claiming it wherever it is queued, publishing it, sleeping for it.
#include "base/fork.hpp"
#include "deque/deque.hpp"
#include "observe/tracked_states.hpp"
#include "observe/tracker.hpp"
#include "pool/crew.hpp"
#include "pool/permits.hpp"
#include "run/execute.hpp"
#include "run/seats.hpp"
#include "scope/wait_graph.hpp"
#include "text/refusals.hpp"
#include "wait/child_stop.hpp"
#include "wait/helping.hpp"
#include "wait/queued.hpp"
#include "wait/waiting.hpp"
#include "worker/lot.hpp"

#include <covey/detail/base/clock.hpp>
#include <covey/detail/compiled/await.hpp>
#include <covey/error.hpp>

#include <string>

namespace covey::detail {

using runtime::crew;
using runtime::has_record;
using runtime::record;
using runtime::record_of;

namespace {

// Whether the outcome may be shown: the phase is final, and the tracker has been told.
[[nodiscard]] bool is_over(const frame* f) noexcept {
  return is_final(f->phase.load(std::memory_order_acquire)) && !runtime::is_listed(f);
}

[[nodiscard]] bool asked_to_stop(const frame* f) noexcept {
  return (f->flags.load(std::memory_order_seq_cst) & frame_flag::stop) != 0;
}

}  // namespace

bool claim(worker& w, frame* f) noexcept {
  const std::uintptr_t position = f->queue_position.load(std::memory_order_relaxed);
  if (position == 0 || !has_record(w)) {
    return false;
  }
  record& me = record_of(w);
  if (me.of->from_before_fork()) {
    return false;
  }
  if (in_common_queue(position)) {
    return false;  // spawned by somebody else: await() takes it, and runs it in full
  }
  slot* const at = reinterpret_cast<slot*>(position);
  slot* const old = me.sp.load(std::memory_order_relaxed);
  if (at > me.base && at < old) {
    if (at->load(std::memory_order_relaxed) != f) {
      return false;
    }
    // Holes on top are dropped; when the child lies on top, those below it, too. From the middle a hole is left.
    slot* top = old;
    while (top[-1].load(std::memory_order_relaxed) == nullptr) {
      --top;
    }
    slot* low = at;
    const bool on_top = at == top - 1;
    while (on_top && low[-1].load(std::memory_order_relaxed) == nullptr) {
      --low;
    }
    // The slot was looked at before the hand-shake: only who has the future claims this very child, and that is us.
    if (lower(me, old, low)) {
      at->store(nullptr, std::memory_order_relaxed);
      if (!on_top) {
        me.sp.store(top, std::memory_order_release);
      }
      return true;
    }
    return runtime::deque::claim(&me, me, f);
  }
  record* const in = holder_of(f);
  if (in == nullptr || in == &me || in->of != me.of || !runtime::deque::claim(&me, *in, f)) {
    return false;
  }
  if (asked_to_stop(f)) {
    // While it was on its way from one deque to the other, where request_stop() could not take it. The caller would run
    // it in place, where nobody looks.
    runtime::end_queued(f);
    return false;
  }
  return true;
}

void run_claimed(worker& me, frame* f) noexcept {
  runtime::execute(record_of(me), f);
}

namespace {

// Runs the child here if nobody has it.
[[nodiscard]] bool run_if_queued(record& me, frame* f) noexcept {
  const bool common = in_common_queue(f->queue_position.load(std::memory_order_relaxed));
  if (common ? !claim_from_common_queue(f, me.of) : !claim(me, f)) {
    return false;
  }
  runtime::execute(me, f);
  return true;
}

}  // namespace

void await(frame* f) {
  if (is_over(f)) {
    return;
  }
  if (runtime::is_left_behind(f)) {
    runtime::throw_forked();
  }
  record* const me = runtime::this_record();
  if (me == nullptr) {
    await_outside(f);
    return;
  }
  if (runtime::runs_in(detail::this_context(), f)) {
    throw structure_error(
        "covey: a child waits for the future of a task that it runs in or below: of " +
        runtime::in_words(*f));
  }
  if (run_if_queued(*me, f)) {
    return;
  }
  if (f->queue_position.load(std::memory_order_relaxed) == 0 && runtime::run_without_seat(*me, f)) {
    return;
  }
  const runtime::tracked_pause here(*me, f);
  // Once, unless no thread can be had for the awaited child.
  do {
    if (runtime::help_until(
            *me,
            [f] { return is_over(f); },
            [me, f] { return runtime::find_below<runtime::below_child>(*me, f); })) {
      return;
    }
    if (me->of->from_before_fork()) {
      runtime::throw_forked();
    }
    const runtime::waiting_for listed(*me, f);
    if (mark_sleeper(f)) {
      return;
    }
    const runtime::shortage_watch watch(*me->of);
    const runtime::permits_lent lent;
    if (watch.sleep(f, lent, [f] { return announced(f); })) {
      return;
    }
  } while (!run_if_queued(*me, f));
}

void publish_frame(frame* f) noexcept {
  const std::uintptr_t position = f->queue_position.load(std::memory_order_relaxed);
  if (position == 0 || in_common_queue(position)) {
    return;  // on its way, or in a common queue
  }
  record* const in = holder_of(f);
  if (in == nullptr) {
    return;
  }
  if (in == runtime::this_record()) {
    runtime::deque::publish_all(*in);
  } else if (record* const me = runtime::this_record()) {
    while (runtime::deque::may_have_private(*in) && runtime::deque::force(*me, *in)) {
    }
  } else {
    runtime::deque::request(*in);
  }
  // The child may have ended meanwhile, and its pool.
  std::unique_lock guard(in->lock);
  crew& of = *in->of;
  const crew::guest here(of);
  guard.unlock();
  of.wake_one();
  of.arm_tick();
}

bool await_until(const frame* observed, clock::time_point until) {
  auto* const f = const_cast<frame*>(observed);
  if (is_over(f)) {
    return true;
  }
  if (runtime::is_left_behind(f)) {
    runtime::throw_forked();
  }
  publish_frame(f);
  if (until <= clock_now()) {
    return is_over(f);
  }
  if ((f->flags.fetch_or(frame_flag::has_sleeper, std::memory_order_seq_cst) &
       frame_flag::finished) != 0) {
    return true;
  }
  record* const me = runtime::this_record();
  if (me != nullptr) {
    runtime::track_pause(*me, runtime::life::waiting);
  }
  bool there = false;
  {
    const runtime::permits_lent lent;
    there = runtime::lot::wait_until(f, until, [f] { return announced(f); });
  }
  if (me != nullptr) {
    runtime::track_pause(*me, runtime::life::running);
  }
  if (!there) {
    // No thread sleeps for the child any more. A child that get() runs in place does not reset its flags, so they must be
    // zero.
    return (f->flags.fetch_and(~frame_flag::has_sleeper, std::memory_order_seq_cst) &
            frame_flag::finished) != 0;
  }
  return there;
}

}  // namespace covey::detail
