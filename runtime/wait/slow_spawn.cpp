// SPDX-License-Identifier: Apache-2.0
// The slow half of spawning: closed, stopped and full scopes, spawns by others than the owner, doors.
#include "observe/tracker.hpp"
#include "outcome/failures.hpp"
#include "outcome/stop.hpp"
#include "pool/crew.hpp"
#include "run/execute.hpp"
#include "run/push.hpp"
#include "run/reports.hpp"
#include "run/seats.hpp"
#include "scope/context.hpp"
#include "scope/liveness.hpp"
#include "scope/migration.hpp"
#include "text/refusals.hpp"
#include "wait/limit.hpp"
#include "wait/waiting.hpp"
#include "worker/lot.hpp"

#include <covey/detail/compiled/slow_spawn.hpp>
#include <covey/error.hpp>

#include <mutex>
#include <new>
#include <string>

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

namespace {

[[noreturn]] void throw_closed(const scope& s, const site& where) {
  throw structure_error("covey: spawn at " + to_string(where) + " into the " + in_words(s) +
                        ", which was joined");
}

// Refuses a spawn into a pool that was shut down, or forked.
void refuse_if_over(const crew& of, frame* f) {
  if (of.from_before_fork()) {
    undo_spawn(f);
    throw_forked();
  }
  if (of.closed()) {
    undo_spawn(f);
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

// Counts the child anew: children that ran on this thread meanwhile may have spawned siblings.
void count_spawned(scope& s, frame* f) noexcept {
  f->order = s.spawned.load(std::memory_order_relaxed);
  s.spawned.store(f->order + 1, std::memory_order_release);
}

[[nodiscard]] admission let_in(scope& s, frame* f) noexcept {
  track_spawn(f);
  count_spawned(s, f);
  return admission::go_on;
}

// Lets a child of the owner's wait for a seat. It counts as migrated: it is run from the common queue, not from the deque.
void let_wait(scope& s, frame* f) {
  static_cast<void>(let_in(s, f));
  add_mark(f, mark_seated);
  {
    record& me = record_of(*s.owner);
    const std::scoped_lock guard(me.lock);
    mark_migrated(f);
  }
  try {
    await_seat(s, f);
  } catch (...) {
    s.spawned.store(s.spawned.load(std::memory_order_relaxed) - 1, std::memory_order_release);
    undo_spawn(f);
    throw;
  }
}

// A child of the owner's, in a scope with a limit.
[[nodiscard]] admission admit_to_seat(scope& s, frame* f, bool may_refuse) {
  collect(s);
  switch (find_seat(s, may_refuse)) {
    case seating::seated:
      add_mark(f, mark_seated);
      return let_in(s, f);
    case seating::in_turn:
      count_spawned(s, f);
      execute(record_of(*s.owner), f);
      return_seat(s);
      return admission::settled;
    case seating::waiting:
      let_wait(s, f);
      return admission::settled;
    case seating::stopped:
      refuse_to_start(s, f);
      return admission::settled;
    default:
      undo_spawn(f);
      return admission::refused;
  }
}

}  // namespace

admission admit(scope& s, frame* f, bool may_refuse) {
  // Takes the caller's count back; let_in() and the others count the child again.
  s.spawned.store(f->order, std::memory_order_release);
  const std::uint64_t now = bits_of(s);
  if ((now & attention::shared) != 0) {
    lot::wake(&s);
  }
  if ((now & attention::closed) != 0) {
    const site where = f->spawned_at;
    undo_spawn(f);
    if (may_refuse) {
      return admission::refused;
    }
    throw_closed(s, where);
  }
  if ((now & attention::stopped) != 0) {
    if (may_refuse) {
      undo_spawn(f);
      return admission::refused;
    }
    refuse_to_start(s, f);
    return admission::settled;
  }
  return (now & attention::limited) != 0 ? admit_to_seat(s, f, may_refuse) : let_in(s, f);
}

namespace {

// Counts a child of another than the owner, and queues or runs it.
void add_remote(scope& s, frame* f, seating found) {
  scope_extra& x = extra_of(s);
  const bool limited = (s.attention.load(std::memory_order_relaxed) & attention::limited) != 0;
  track_spawn(f);
  f->order = remote_order + x.remote_spawned.fetch_add(1, std::memory_order_relaxed);
  s.attention.fetch_add(attention::remote_one, std::memory_order_seq_cst);
  if (found == seating::in_turn) {
    execute(*this_record(), f);
    return_seat(s);
    return;
  }
  if (limited) {
    add_mark(f, mark_seated);
  }
  try {
    if (found == seating::waiting) {
      await_seat(s, f);
    } else {
      crew_of(s).inject(f);
    }
  } catch (...) {
    x.remote_spawned.fetch_sub(1, std::memory_order_relaxed);
    undo_spawn(f);
    uncount_remote(s);
    if (limited && found == seating::seated) {
      give_seat_back(s);
    }
    throw;
  }
}

}  // namespace

bool spawn_elsewhere(scope& s, frame* f, bool may_refuse) {
  require_open(s, "spawn", &f->spawned_at);
  add_mark(f, mark_remote);
  crew& of = crew_of(s);
  refuse_if_over(of, f);
  inherit_stops(body_of(&s));
  const std::uint64_t now = bits_of(s);
  if ((now & attention::closed) != 0) {
    const site where = f->spawned_at;
    undo_spawn(f);
    if (may_refuse) {
      return false;
    }
    throw_closed(s, where);
  }
  if ((now & attention::stopped) != 0) {
    if (may_refuse) {
      undo_spawn(f);
      return false;
    }
    refuse_to_start(s, f);
    return true;
  }
  const seating found =
      (now & attention::limited) != 0 ? find_seat(s, may_refuse) : seating::seated;
  if (found == seating::refused) {
    undo_spawn(f);
    return false;
  }
  if (found == seating::stopped) {
    refuse_to_start(s, f);
    return true;
  }
  add_remote(s, f, found);
  return true;
}

void check_for_stop(scope& s) noexcept {
  require_open(s, "a spawn");
  inherit_stops(body_of(&s));
}

void refuse_null() {
  throw std::invalid_argument(
      "covey: a null function pointer or empty std::function cannot be a child");
}

}  // namespace covey::detail
