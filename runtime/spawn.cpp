// SPDX-License-Identifier: Apache-2.0
// The slow half of spawning: closed, stopped and full scopes, spawns by others than the owner, doors.
#include "context.hpp"
#include "crew.hpp"
#include "deque.hpp"
#include "execute.hpp"
#include "failures.hpp"
#include "lent.hpp"
#include "liveness.hpp"
#include "lot.hpp"
#include "stop.hpp"
#include "tracker.hpp"
#include "waiting.hpp"

#include <covey/error.hpp>

#include <mutex>
#include <new>
#include <string>

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

namespace {

// Destroys a child that was never counted.
void undo(frame* f) noexcept {
  track_undo(f);
  f->ops->discard(f);
  release_frame(f);
}

[[noreturn]] void throw_closed(const scope& s, const site& where) {
  throw structure_error("covey: spawn at " + to_string(where) + " into the " + in_words(s) +
                        ", which was joined");
}

// Of a pool whose threads are gone, or about to go.
void refuse_if_over(const crew& of, frame* f) {
  if (of.from_before_fork()) {
    undo(f);
    throw_forked();
  }
  if (of.closed()) {
    undo(f);
    throw_shut_down();
  }
}

// A stopped scope: the callable is destroyed unrun, the future says never_started.
void refuse_to_start(scope& s, frame* f) noexcept {
  track_refused(s);
  end_unrun(s, f);
  scope_extra& x = extra_of(s);
  x.never_started.fetch_add(1, std::memory_order_relaxed);
  x.refused.fetch_add(1, std::memory_order_relaxed);
  settle(f);
}

[[nodiscard]] std::uint64_t bits_of(const scope& s) noexcept {
  return s.attention.load(std::memory_order_seq_cst);
}

// Children that ran on this thread since the last count may have spawned siblings.
void count_spawned(scope& s, frame* f) noexcept {
  f->order = s.spawned.load(std::memory_order_relaxed);
  s.spawned.store(f->order + 1, std::memory_order_release);
}

}  // namespace

admission admit(scope& s, frame* f, bool may_refuse) {
  // Not counted while we decide; the caller counts again when it goes on.
  s.spawned.store(f->order, std::memory_order_release);
  const std::uint64_t now = bits_of(s);
  if ((now & attention::shared) != 0) {
    lot::wake(&s);
  }
  if ((now & attention::closed) != 0) {
    const site where = f->spawned_at;
    undo(f);
    if (may_refuse) {
      return admission::refused;
    }
    throw_closed(s, where);
  }
  if ((now & attention::stopped) != 0) {
    if (may_refuse) {
      undo(f);
      return admission::refused;
    }
    refuse_to_start(s, f);
    return admission::settled;
  }
  if ((now & attention::limited) != 0 && pending_of(s) >= extra_of(s).limit) {
    collect(s);
    if (pending_of(s) >= extra_of(s).limit && may_refuse) {
      undo(f);
      return admission::refused;
    }
    const bool lend = extra_of(s).when_full == when_full::lend_place;
    if (!make_room(s, lend)) {
      count_spawned(s, f);
      execute(record_of(*s.owner), f);
      return admission::settled;
    }
    if ((bits_of(s) & attention::stopped) != 0) {
      refuse_to_start(s, f);
      return admission::settled;
    }
  }
  track_spawn(f);
  count_spawned(s, f);
  return admission::go_on;
}

bool spawn_elsewhere(scope& s, frame* f, bool may_refuse) {
  require_open(s, "spawn", &f->spawned_at);
  add_mark(f, mark_remote);
  crew& of = crew_of(s);
  refuse_if_over(of, f);
  pull_into(body_of(&s));
  const std::uint64_t now = bits_of(s);
  if ((now & attention::closed) != 0) {
    const site where = f->spawned_at;
    undo(f);
    if (may_refuse) {
      return false;
    }
    throw_closed(s, where);
  }
  if ((now & attention::stopped) != 0) {
    if (may_refuse) {
      undo(f);
      return false;
    }
    refuse_to_start(s, f);
    return true;
  }
  scope_extra& x = extra_of(s);
  record* const me = this_record();
  bool run_here = false;
  if ((now & attention::limited) != 0 && pending_of(s) >= x.limit) {
    if (may_refuse) {
      undo(f);
      return false;
    }
    const bool below = me != nullptr && runs_below(detail::this_context(), s);
    const bool may_sleep = me == nullptr || (x.when_full == when_full::lend_place && !below);
    run_here = !make_room(s, may_sleep);
  }
  track_spawn(f);
  f->order = remote_order + x.remote_spawned.fetch_add(1, std::memory_order_relaxed);
  s.attention.fetch_add(attention::remote_one, std::memory_order_seq_cst);
  if (run_here) {
    execute(*me, f);
    return true;
  }
  try {
    of.inject(f);
  } catch (...) {
    x.remote_spawned.fetch_sub(1, std::memory_order_relaxed);
    undo(f);
    leave_remote(s);
    throw;
  }
  return true;
}

void spawn_slow(worker& w) {
  record& me = record_of(w);
  crew& of = *me.of;
  // The child that was pushed last leaves the deque, and then without a trace.
  const auto take_out = [&me]() -> frame* {
    slot* const at = me.sp.load(std::memory_order_relaxed) - 1;
    frame* const f = at->exchange(nullptr, std::memory_order_relaxed);
    me.sp.store(at, std::memory_order_release);
    return f;
  };
  const auto take_back = [](frame* f) {
    scope& s = *f->of;
    s.spawned.store(s.spawned.load(std::memory_order_relaxed) - 1, std::memory_order_release);
    undo(f);
  };
  if (of.from_before_fork()) {
    take_back(take_out());
    throw_forked();
  }
  bool wake = false;
  const bool over = of.closed();
  frame* refused = nullptr;
  {
    const std::scoped_lock guard(me.lock);
    me.answers.fetch_add(1, std::memory_order_relaxed);
    if (over) {
      refused = take_out();
    } else if (me.sp.load(std::memory_order_relaxed) >= me.end) {
      if (!deque::make_room(me)) {
        refused = take_out();
      }
      wake = !of.common.empty();  // the oldest may have gone there
    }
    if (refused == nullptr && of.wants_work()) {
      wake = deque::publish(me, me.sp.load(std::memory_order_relaxed), false) > 0 || wake;
    }
    deque::settle_requests(me);
  }
  if (refused != nullptr) {
    take_back(refused);
    if (over) {
      throw_shut_down();
    }
    throw std::bad_alloc();
  }
  if (wake) {
    of.wake_one();
  }
  of.arm_tick();
  pull_if_new(me);
}

void open_door(scope& s) {
  require_open(s, "open_door()");
  static_cast<void>(extra_of(s));
  s.attention.fetch_add(attention::remote_one, std::memory_order_seq_cst);
  if ((bits_of(s) & attention::closed) != 0) {
    close_door(s);
    throw structure_error("covey: a door into the " + in_words(s) + ", which was joined");
  }
}

void close_door(scope& s) noexcept {
  leave_remote(s);
}

std::size_t pending_of(const scope& s) noexcept {
  // Finished ones first: a child that finishes between the reads is then counted as pending, never missed.
  const std::uint64_t returned = returned_to(s);
  const std::uint64_t finished = s.finished.load(std::memory_order_seq_cst);
  const std::uint64_t remote = s.attention.load(std::memory_order_seq_cst) >> 32U;
  return static_cast<std::size_t>(s.spawned.load(std::memory_order_seq_cst) - finished - returned +
                                  remote);
}

}  // namespace covey::detail
