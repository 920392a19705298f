// SPDX-License-Identifier: Apache-2.0
// The slow half of a push into the own deque: publishing, waking, stops, and children that leave at once.
#include "run/push.hpp"

#include "deque/deque.hpp"
#include "deque/deque_room.hpp"
#include "observe/tracker.hpp"
#include "outcome/stop.hpp"
#include "pool/crew.hpp"
#include "run/execute.hpp"
#include "run/seats.hpp"
#include "scope/context.hpp"
#include "text/refusals.hpp"

#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/compiled/push.hpp>

#include <mutex>
#include <new>

namespace covey::runtime {

void undo_spawn(frame* f) noexcept {
  track_undo(f);
  f->ops->discard(f);
  release_frame(f);
}

}  // namespace covey::runtime

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

namespace {

// Takes the child that was pushed last off the own deque; null: a thief has it. @pre the lock is held
[[nodiscard]] frame* take_last(record& me) noexcept {
  slot* const at = me.sp.load(std::memory_order_relaxed) - 1;
  frame* const f = at->load(std::memory_order_relaxed);
  if (f != nullptr) {
    at->store(nullptr, std::memory_order_relaxed);
    if (me.split.load(std::memory_order_relaxed) > at) {
      me.split.store(at, std::memory_order_relaxed);
    }
    me.sp.store(at, std::memory_order_release);
  }
  return f;
}

// Undoes the spawn of the child. In a forked process its seat is not given back.
void take_back(frame* f, bool forked) noexcept {
  if (f == nullptr) {
    return;
  }
  scope& s = *f->of;
  const bool seated = has_mark(f, mark_seated);
  s.spawned.store(s.spawned.load(std::memory_order_relaxed) - 1, std::memory_order_release);
  undo_spawn(f);
  if (seated && !forked) {
    give_seat_back(s);
  }
}

// What becomes of the child that was pushed last.
enum class last_push : std::uint8_t { stays, shut_down, stopped, no_room };

// @pre the lock is held
[[nodiscard]] last_push check_last_push(record& me) noexcept {
  if (me.of->closed()) {
    return last_push::shut_down;
  }
  const frame* const last =
      me.sp.load(std::memory_order_relaxed)[-1].load(std::memory_order_relaxed);
  if (last != nullptr && me.stop_epoch != stop_epoch.load(std::memory_order_seq_cst)) {
    // A stop that has not come down before this spawn: the child ends unrun at once, as all later ones will.
    inherit_stops(body_of(last->of));
    if (is_stopped(*last->of)) {
      return last_push::stopped;
    }
  }
  const bool full = me.sp.load(std::memory_order_relaxed) >= me.end && !deque::make_room(me);
  return full ? last_push::no_room : last_push::stays;
}

}  // namespace

void spawn_slow(worker& w) {
  record& me = record_of(w);
  crew& of = *me.of;
  if (of.from_before_fork()) {
    take_back(take_last(me), true);
    throw_forked();
  }
  bool wake = false;
  frame* last = nullptr;
  last_push found = last_push::stays;
  {
    const std::scoped_lock guard(me.lock);
    me.answers.fetch_add(1, std::memory_order_relaxed);
    const bool full = me.sp.load(std::memory_order_relaxed) >= me.end;
    found = check_last_push(me);
    if (found != last_push::stays) {
      last = take_last(me);
    }
    wake = full && !of.common.empty();  // the oldest may have gone there
    if (of.wants_work()) {
      wake = deque::publish(me, me.sp.load(std::memory_order_relaxed), false) > 0 || wake;
    }
    deque::settle_requests(me);
  }
  // No lock is held: the callable is the user's.
  if (found == last_push::stopped && last != nullptr) {
    end_queued(last);
  } else if (found != last_push::stays) {
    take_back(last, false);
    if (found == last_push::shut_down) {
      throw_shut_down();
    }
    throw std::bad_alloc();
  }
  if (wake) {
    of.wake_one();
  }
  of.arm_tick();
  inherit_new_stops(me);
}

}  // namespace covey::detail
