// SPDX-License-Identifier: Apache-2.0
// Taking, lending and leaving the seats of a nursery with a limit.
#include "wait/limit.hpp"

#include "outcome/stop.hpp"
#include "platform/stack.hpp"
#include "pool/crew.hpp"
#include "pool/permits.hpp"
#include "run/execute.hpp"
#include "run/seats.hpp"
#include "scope/migration.hpp"
#include "wait/helping.hpp"
#include "wait/limit_waits.hpp"
#include "wait/waiting.hpp"
#include "worker/lot.hpp"

#include <covey/detail/compiled/scope_questions.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

namespace covey::runtime {

namespace {

[[nodiscard]] bool try_seat(scope_extra& x) noexcept {
  std::uint64_t seats = x.seats.load(std::memory_order_seq_cst);
  while (taken_seats(seats) < x.limit) {
    if (x.seats.compare_exchange_weak(seats, seats + 1, std::memory_order_seq_cst)) {
      return true;
    }
  }
  return false;
}

// The question of a spawner that waits at the limit. The first answer is kept in `answer`: lot::wait() may ask once more
// after a true one. @returns whether there is an answer
[[nodiscard]] bool finds_seat(scope& s, scope_extra& x, std::optional<seating>& answer) noexcept {
  if (!answer) {
    inherit_stops(detail::body_of(&s));
    if (is_stopped(s)) {
      answer = seating::stopped;
    } else if (try_seat(x)) {
      answer = seating::seated;
    }
  }
  return answer.has_value();
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

// Runs one queued child when no thread can be had for it.
void run_for_want_of_threads(record* me, scope& s) noexcept {
  crew& of = crew_of(s);
  if (me != nullptr && me->of == &of) {
    static_cast<void>(run_one(*me, s));
  } else if (of.is_stranded()) {
    of.run_one_here();
  }
}

// How many children of `s` have ended.
[[nodiscard]] std::uint64_t ended(const scope& s, const scope_extra& x) noexcept {
  const std::uint64_t remote = s.attention.load(std::memory_order_seq_cst) >> 32U;
  return s.finished.load(std::memory_order_relaxed) + count_finished_elsewhere(s) +
         x.remote_spawned.load(std::memory_order_relaxed) - remote;
}

// How long a child with a seat somewhere waits for a seat of another scope while no child of that scope ends. Those
// children may wait for this one, by ways that limit_wait does not see. Grows with the number of children that wait for a
// seat.
[[nodiscard]] clock::duration patience_of(const scope_extra& x) noexcept {
  constexpr auto shortest = std::chrono::milliseconds(10);
  constexpr std::uint64_t most_doublings = 3;
  const std::uint64_t waiting = x.seats.load(std::memory_order_relaxed) / one_waits_for_seat;
  return shortest * (std::uint64_t{1} << std::min(waiting / x.limit, most_doublings));
}

// Sleeps until ask() is true. @returns false: no child ended for the time of patience_of().
template <class Ask>
[[nodiscard]] bool sleep_with_seat(scope& s, const scope_extra& x, Ask ask) noexcept {
  for (;;) {
    const std::uint64_t before = ended(s, x);
    if (lot::wait_real(&s, clock::now() + patience_of(x), ask)) {
      return true;
    }
    if (ended(s, x) == before) {
      return false;
    }
  }
}

// For a spawner that is no child of `s`: it runs children of `s` if when_full and the stack allow it, else it sleeps.
[[nodiscard]] seating wait_outside(record* me, scope& s, scope_extra& x) noexcept {
  std::optional<seating> found;
  const auto ask = [&] { return finds_seat(s, x, found); };
  limit_wait here(s);
  if (me != nullptr && !here.enter()) {
    return seating::waiting;
  }
  while (!ask()) {
    if (crew_of(s).from_before_fork()) {
      return seating::
          seated;  // no seat becomes free in a forked process; the spawn fails at its next step
    }
    if (me != nullptr && x.when_full == when_full::run_inline && !half_stack_used() &&
        run_one(*me, s)) {
      continue;
    }
    bool alone = false;
    {
      const shortage_watch watch(crew_of(s));
      const permits_lent lent;
      if (me == nullptr || !here.holds_seats()) {
        static_cast<void>(watch.sleep(&s, lent, ask));
      } else if (!sleep_with_seat(s, x, ask)) {
        found = seating::waiting;
      }
      alone = !lent.all_taken() || watch.told();
    }
    if (!found && alone) {
      run_for_want_of_threads(me, s);
    }
  }
  return *found;
}

// For a spawner that is a child of `s`, or runs below one: the new child runs in that child's seat, one at a time.
[[nodiscard]] seating wait_below(scope& s, scope_extra& x, task_context& above) noexcept {
  if (x.when_full == when_full::lend_place || half_stack_used()) {
    return seating::waiting;
  }
  std::optional<seating> found;
  const auto ask = [&] {
    if (!finds_seat(s, x, found) && !above.seat_lent.exchange(true, std::memory_order_seq_cst)) {
      found = seating::in_turn;
    }
    return found.has_value();
  };
  if (!ask()) {
    const permits_lent lent;
    if (!sleep_with_seat(s, x, ask)) {
      found = seating::waiting;
    }
  }
  return *found;
}

}  // namespace

seating find_seat(scope& s, bool may_refuse) noexcept {
  scope_extra& x = extra_of(s);
  if (try_seat(x)) {
    return seating::seated;
  }
  if (may_refuse) {
    // A caller that has seen a child end, by pending(), must find its seat free: the seat is given back soon.
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
  return above != nullptr ? wait_below(s, x, *above) : wait_outside(me, s, x);
}

void return_seat(scope& s) noexcept {
  child_here(s)->seat_lent.store(false, std::memory_order_seq_cst);
  lot::wake(&s);
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
