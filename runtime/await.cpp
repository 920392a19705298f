// SPDX-License-Identifier: Apache-2.0
// Waiting for one child: claiming it wherever it is queued, publishing it, sleeping for it.
#include "crew.hpp"
#include "deque.hpp"
#include "execute.hpp"
#include "fork.hpp"
#include "helping.hpp"
#include "limit.hpp"
#include "lot.hpp"
#include "queued.hpp"
#include "tracker.hpp"
#include "wait_graph.hpp"
#include "waiting.hpp"

#include <covey/error.hpp>

#include <string>

namespace covey::detail {

using runtime::crew;
using runtime::has_record;
using runtime::record;
using runtime::record_of;

namespace {

// Takes the child out of the common queue in which it lies. @param mine only out of this pool's; null: out of any.
[[nodiscard]] bool leave_common_queue(frame* f, const crew* mine = nullptr) noexcept {
  crew* const in = crew::by_id(f->holder.load(std::memory_order_relaxed));
  return in != nullptr && (mine == nullptr || in == mine) && in->common.claim(f);
}

// Nobody is told before the tracker is.
[[nodiscard]] bool is_over(const frame* f) noexcept {
  return is_final(f->phase.load(std::memory_order_acquire)) && !runtime::is_listed(f);
}

[[nodiscard]] bool asked_to_stop(const frame* f) noexcept {
  return (f->flags.load(std::memory_order_seq_cst) & frame_flag::stop) != 0;
}

// @pre the child has not finished
[[nodiscard]] bool from_before_fork(const frame* f) noexcept {
  return f->home != nullptr ? record_of(*f->home).born_in.load(std::memory_order_relaxed) !=
                                  runtime::fork_generation()
                            : !is_of_this_process(f);
}

}  // namespace

bool claim(worker& w, frame* f) noexcept {
  const std::uintptr_t place = f->place.load(std::memory_order_relaxed);
  if (place == 0 || !has_record(w)) {
    return false;
  }
  record& me = record_of(w);
  if (me.of->from_before_fork()) {
    return false;
  }
  if (in_common_queue(place)) {
    return false;  // spawned by somebody else: await() takes it, and runs it in full
  }
  slot* const at = reinterpret_cast<slot*>(place);
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
    if (runtime::deque::lower(me, low)) {
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

}  // namespace covey::detail

namespace covey::runtime {

bool is_left_behind(const frame* f) noexcept {
  return detail::from_before_fork(f);
}

bool take_out(frame* f) noexcept {
  const std::uintptr_t place = f->place.load(std::memory_order_relaxed);
  if (place == 0) {
    return false;
  }
  if (detail::in_common_queue(place)) {
    return detail::leave_common_queue(f);
  }
  record* const in = detail::holder_of(f);
  return in != nullptr && deque::claim(this_record(), *in, f);
}

}  // namespace covey::runtime

namespace covey::detail {

void run_claimed(worker& me, frame* f) noexcept {
  runtime::execute(record_of(me), f);
}

namespace {

// Runs the child here if nobody has it.
[[nodiscard]] bool run_if_queued(record& me, frame* f) noexcept {
  const bool common = in_common_queue(f->place.load(std::memory_order_relaxed));
  if (common ? !leave_common_queue(f, me.of) : !claim(me, f)) {
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
  if (from_before_fork(f)) {
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
  if (f->place.load(std::memory_order_relaxed) == 0 && runtime::run_without_seat(*me, f)) {
    return;
  }
  const runtime::tracked_pause here(*me, f);
  // Once, unless no thread is to be had for what it waits for.
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
    const runtime::waiting_for entry(*me, f);
    if (announced_or_watched(f)) {
      return;
    }
    const runtime::wait_watch watch(*me->of);
    const runtime::places_lent lent;
    if (watch.sleep(f, lent, [f] { return announced(f); })) {
      return;
    }
  } while (!run_if_queued(*me, f));
}

bool await_until(const frame* observed, clock::time_point until) {
  auto* const f = const_cast<frame*>(observed);
  if (is_over(f)) {
    return true;
  }
  if (from_before_fork(f)) {
    runtime::throw_forked();
  }
  publish_frame(f);
  if (until <= clock_now()) {
    return is_over(f);
  }
  if ((f->flags.fetch_or(frame_flag::watched, std::memory_order_seq_cst) & frame_flag::finished) !=
      0) {
    return true;
  }
  record* const me = runtime::this_record();
  if (me != nullptr) {
    runtime::track_pause(*me, runtime::life::waiting);
  }
  bool there = false;
  {
    const runtime::places_lent lent;
    there = runtime::lot::wait_until(f, until, [f] { return announced(f); });
  }
  if (me != nullptr) {
    runtime::track_pause(*me, runtime::life::running);
  }
  if (!there) {
    // Nobody watches any more; a child that get() runs in place leaves its flags to the next one in that frame.
    return (f->flags.fetch_and(~frame_flag::watched, std::memory_order_seq_cst) &
            frame_flag::finished) != 0;
  }
  return there;
}

}  // namespace covey::detail
