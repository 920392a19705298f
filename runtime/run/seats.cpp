// SPDX-License-Identifier: Apache-2.0
// Children that wait for a seat: they get the seats of children that end.
#include "run/seats.hpp"

#include "outcome/stop.hpp"
#include "platform/stack.hpp"
#include "pool/crew.hpp"
#include "run/execute.hpp"
#include "worker/lot.hpp"

#include <covey/detail/base/stack.hpp>
#include <covey/detail/fast/stack_pointer.hpp>
#include <covey/error.hpp>

#include <algorithm>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

namespace covey::runtime {

namespace {

// Takes the first child that waits for a seat out of the list.
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
    request_stop(s, of.shutdown_reason());
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

void await_seat(scope& s, frame* f) {
  scope_extra& x = extra_of(s);
  f->queue_position.store(0, std::memory_order_relaxed);
  f->holder.store(0, std::memory_order_relaxed);
  {
    const std::scoped_lock guard(x.lock);
    x.waiting.push_back(f);
    std::uint64_t seats = x.seats.load(std::memory_order_seq_cst);
    bool full = true;
    do {
      full = taken_seats(seats) >= x.limit;
    } while (!x.seats.compare_exchange_weak(
        seats, full ? seats + one_waits_for_seat : seats + 1, std::memory_order_seq_cst));
    if (full) {
      return;
    }
    x.waiting.pop_back();  // a seat became free meanwhile
  }
  if (!queue_seated(s, f)) {
    give_seat_back(s);
  }
}

void give_seat_back(scope& s) noexcept {
  scope_extra& x = extra_of(s);
  for (;;) {
    std::uint64_t seats = x.seats.load(std::memory_order_seq_cst);
    bool hand_on = false;
    do {
      hand_on = (seats >= one_waits_for_seat) && taken_seats(seats) <= x.limit;
    } while (!x.seats.compare_exchange_weak(
        seats, hand_on ? seats - one_waits_for_seat : seats - 1, std::memory_order_seq_cst));
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
  if (detail::stack_pointer() < own_stack_bound() &&
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
      if (!(seats >= one_waits_for_seat)) {
        return false;  // it has been given a seat, and is on its way
      }
    } while (!x.seats.compare_exchange_weak(
        seats, seats - one_waits_for_seat + 1, std::memory_order_seq_cst));
    x.waiting.erase(at);
  }
  execute(me, f);
  return true;
}

}  // namespace covey::runtime
