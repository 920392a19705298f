// SPDX-License-Identifier: Apache-2.0
// Taking, lending and leaving the seats of a nursery with a limit.
#include "limit.hpp"

#include "crew.hpp"
#include "execute.hpp"
#include "helping.hpp"
#include "limit_waits.hpp"
#include "lot.hpp"
#include "stop.hpp"
#include "waiting.hpp"

#include <covey/error.hpp>

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace covey::runtime {

namespace {

constexpr std::uint64_t one_waiting = std::uint64_t{1} << 32U;
[[nodiscard]] constexpr std::uint64_t taken(std::uint64_t seats) noexcept {
  return seats & (one_waiting - 1);
}
[[nodiscard]] constexpr bool somebody_waits(std::uint64_t seats) noexcept {
  return seats >= one_waiting;
}

[[nodiscard]] bool try_seat(scope_extra& x) noexcept {
  std::uint64_t seats = x.seats.load(std::memory_order_seq_cst);
  while (taken(seats) < x.limit) {
    if (x.seats.compare_exchange_weak(seats, seats + 1, std::memory_order_seq_cst)) {
      return true;
    }
  }
  return false;
}

// The child of `s` in which this thread runs; null: it runs in none.
[[nodiscard]] task_context* child_here(const scope& s) noexcept {
  for (context c = detail::this_context(); c != detail::outside(); c = up(c)) {
    if (is_task(c) && task_of(c).of == &s) {
      return &task_of(c);
    }
  }
  return nullptr;
}

// Runs one queued child of `s`. @returns whether there was one.
[[nodiscard]] bool run_one(record& me, scope& s) noexcept {
  frame* f = s.owner == &me ? own_child(me, s) : nullptr;
  if (f == nullptr && me.of == &crew_of(s)) {
    f = find_below<below_scope>(me, &s);
  }
  if (f != nullptr) {
    execute(me, f);
  }
  return f != nullptr;
}

// A spawner that is no child of `s`: it runs children of `s`, where that is wanted and the stack allows it, or sleeps.
[[nodiscard]] seating wait_outside(record* me, scope& s, scope_extra& x) noexcept {
  std::optional<seating> found;
  const auto look = [&] {
    pull_into(detail::body_of(&s));
    if (is_stopped(s)) {
      found = seating::stopped;
    } else if (try_seat(x)) {
      found = seating::seated;
    }
    return found.has_value();
  };
  if (me == nullptr) {
    lot::wait(&s, look);
    return *found;
  }
  limit_wait here(s);
  if (!here.enter()) {
    return seating::waiting;
  }
  while (!look()) {
    if (x.when_full == when_full::run_inline && !half_stack_used() && run_one(*me, s)) {
      continue;
    }
    lend_place(*me);
    lot::wait(&s, look);
    take_place_back(*me);
    break;
  }
  return *found;
}

// A spawner that is a child of `s`, or runs below one: that one's seat serves for the new child, one at a time.
[[nodiscard]] seating wait_below(record& me,
                                 scope& s,
                                 scope_extra& x,
                                 task_context& above) noexcept {
  if (x.when_full == when_full::lend_place || half_stack_used()) {
    return seating::waiting;
  }
  std::optional<seating> found;
  const auto look = [&] {
    pull_into(detail::body_of(&s));
    if (is_stopped(s)) {
      found = seating::stopped;
    } else if (try_seat(x)) {
      found = seating::seated;
    } else if (!above.seat_lent.exchange(true, std::memory_order_seq_cst)) {
      found = seating::in_turn;
    }
    return found.has_value();
  };
  if (!look()) {
    lend_place(me);
    lot::wait(&s, look);
    take_place_back(me);
  }
  return *found;
}

// Takes the next one of those that wait out of the list.
[[nodiscard]] frame* next_waiting(scope_extra& x) noexcept {
  const std::scoped_lock guard(x.lock);
  frame* const f = x.waiting.front();
  x.waiting.pop_front();
  return f;
}

// Queues a child that has a seat now. @returns false: its pool is gone, so it ended, and the seat is free again.
[[nodiscard]] bool queue_seated(scope& s, frame* f) noexcept {
  crew& of = crew_of(s);
  if (of.closed()) {
    request_stop(s, shutdown_reason(of));
    end_in_seat(f);
    return false;
  }
  for (;;) {
    try {
      of.inject(f);
      return true;
    } catch (const std::exception&) {
      // No memory for a longer queue: here, or when another one has left the queue.
      if (record* const me = this_record()) {
        execute(*me, f);
        return true;
      }
      std::this_thread::yield();
    }
  }
}

}  // namespace

seating find_seat(scope& s, bool may_refuse) noexcept {
  scope_extra& x = extra_of(s);
  if (try_seat(x)) {
    return seating::seated;
  }
  if (may_refuse) {
    // Whoever has seen a child end, by pending(), finds its seat free: it is about to be left.
    while (detail::pending_of(s) < x.limit) {
      if (try_seat(x)) {
        return seating::seated;
      }
      std::this_thread::yield();
    }
    return seating::refused;
  }
  record* const me = this_record();
  task_context* const above = me != nullptr ? child_here(s) : nullptr;
  return above != nullptr ? wait_below(*me, s, x, *above) : wait_outside(me, s, x);
}

void return_seat(scope& s) noexcept {
  child_here(s)->seat_lent.store(false, std::memory_order_seq_cst);
  lot::wake(&s);
}

void await_seat(scope& s, frame* f) {
  scope_extra& x = extra_of(s);
  f->place.store(0, std::memory_order_relaxed);
  f->holder.store(0, std::memory_order_relaxed);
  {
    const std::scoped_lock guard(x.lock);
    x.waiting.push_back(f);
    std::uint64_t seats = x.seats.load(std::memory_order_seq_cst);
    bool full = true;
    do {
      full = taken(seats) >= x.limit;
    } while (!x.seats.compare_exchange_weak(
        seats, full ? seats + one_waiting : seats + 1, std::memory_order_seq_cst));
    if (full) {
      return;
    }
    x.waiting.pop_back();  // a seat became free meanwhile
  }
  if (!queue_seated(s, f)) {
    leave_seat(s);
  }
}

void leave_seat(scope& s) noexcept {
  scope_extra& x = extra_of(s);
  for (;;) {
    std::uint64_t seats = x.seats.load(std::memory_order_seq_cst);
    bool hand_on = false;
    do {
      hand_on = somebody_waits(seats) && taken(seats) <= x.limit;
    } while (!x.seats.compare_exchange_weak(
        seats, hand_on ? seats - one_waiting : seats - 1, std::memory_order_seq_cst));
    if (!hand_on) {
      lot::wake(&s);
      return;
    }
    if (queue_seated(s, next_waiting(x))) {
      return;
    }
  }
}

bool run_without_seat(record& me, frame* f) {
  scope* s = nullptr;
  for (context c = detail::this_context(); c != detail::outside() && s == nullptr; c = up(c)) {
    if (is_task(c) && task_of(c).of == f->of) {
      s = f->of;  // so it is open
    }
  }
  if (s == nullptr ||
      (s->attention.load(std::memory_order_relaxed) & detail::attention::limited) == 0) {
    return false;
  }
  if (detail::stack_pointer() < own_stack_limit() &&
      detail::near_stack_end(detail::stack_pointer())) {
    throw structure_error(
        "covey: the stack of this thread is nearly used up; it cannot run the child spawned at " +
        to_string(f->spawned_at) + ", for which it waits");
  }
  scope_extra& x = extra_of(*s);
  {
    const std::scoped_lock guard(x.lock);
    const auto at = std::find(x.waiting.begin(), x.waiting.end(), f);
    if (at == x.waiting.end()) {
      return false;
    }
    std::uint64_t seats = x.seats.load(std::memory_order_seq_cst);
    do {
      if (!somebody_waits(seats)) {
        return false;  // it has been given a seat, and is on its way
      }
    } while (
        !x.seats.compare_exchange_weak(seats, seats - one_waiting + 1, std::memory_order_seq_cst));
    x.waiting.erase(at);
  }
  execute(me, f);
  return true;
}

bool all_back(const scope& s) noexcept {
  if (detail::pending_of(s) != 0) {
    return false;
  }
  const bool limited =
      (s.attention.load(std::memory_order_seq_cst) & detail::attention::limited) != 0;
  return !limited ||
         s.rare.load(std::memory_order_acquire)->seats.load(std::memory_order_seq_cst) == 0;
}

}  // namespace covey::runtime
