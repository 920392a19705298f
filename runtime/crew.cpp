// SPDX-License-Identifier: Apache-2.0
// Members, places, waking, and the starvation tick.
#include "crew.hpp"

#include "deque.hpp"
#include "fork.hpp"
#include "lot.hpp"
#include "thread_switch.hpp"
#include "tracker.hpp"

#include <covey/detail/scope.hpp>
#include <covey/error.hpp>

#include <chrono>
#include <string>

namespace covey::runtime {

crew::crew(const pool_options& options, const machine_limits& machine)
    : size_(options.threads.given() ? static_cast<std::size_t>(options.threads.value())
                                    : machine.threads),
      explicit_size_(options.threads.given()),
      max_substitutes_(static_cast<std::size_t>(options.max_substitutes.value())),
      deque_capacity_(static_cast<std::size_t>(options.deque_capacity.value())),
      machine_(machine),
      name_(options.name),
      born_in_(fork_generation()),
      lender_(size_ > 1 ? size_ - 1 : 1),
      places_(static_cast<int>(size_)) {
  // oneTBB ends the process when a thread of its own is refused later on, so ask the system first, once.
  if (const std::error_code refused = own_threads::probe(size_ - 1); refused) {
    throw pool_error(
        "covey: the system refuses " + std::to_string(size_ - 1) + " threads: " + refused.message(),
        refused);
  }
  tick_timer_.fire = &tick_fired;
  tick_timer_.base = time_base::steady;
  tick_timer_.of = this;
}

void crew::inject(frame* f) {
  const guest here(*this);  // once it is queued, the child may end its pool before we leave
  f->holder.store(id_, std::memory_order_relaxed);
  common.push(f);
  wake_one();
  arm_tick();
}

record& crew::enter(worker_kind kind) {
  record* r = nullptr;
  {
    const std::scoped_lock guard(members_lock_);
    r = free_members_;
    if (r != nullptr) {
      free_members_ = r->next_free;
    } else {
      const std::size_t index = member_count_.load(std::memory_order_relaxed);
      if (index == most_members) {
        throw pool_error("covey: too many threads in one pool (" + std::to_string(most_members) +
                         ")");
      }
      r = &roster::acquire(*this, kind, deque_capacity_);
      add_member(*r, index);
    }
    r->kind.store(kind, std::memory_order_relaxed);
    r->abandoned.store(false, std::memory_order_relaxed);
  }
  const std::scoped_lock deque(r->lock);
  r->floor.store(detail::ask_all(), std::memory_order_relaxed);
  r->limit.store(nullptr, std::memory_order_relaxed);
  return *r;
}

void crew::leave(record& me) noexcept {
  forget(me);
  resume(me);
  track_no_owner(me);
  const std::scoped_lock guard(members_lock_);
  me.next_free = free_members_;
  free_members_ = &me;
}

bool crew::try_take_place() noexcept {
  do {
    int free = places_.load(std::memory_order_seq_cst);
    while (free > 0) {
      if (places_.compare_exchange_weak(free, free - 1, std::memory_order_seq_cst)) {
        return true;
      }
    }
  } while (reclaim_place());
  return false;
}

bool crew::retire() noexcept {
  int places = places_.load(std::memory_order_relaxed);
  while (places < 0) {
    if (places_.compare_exchange_weak(places, places + 1, std::memory_order_seq_cst)) {
      return true;
    }
  }
  return false;
}

// A foreign thread keeps its place after its last nursery, so that the next one is opened without an atomic
// read-modify-write; whoever needs the place takes it here. Losing a race with that thread's return runs one thread
// more than the size, until a loop sees it and rests.
bool crew::reclaim_place() noexcept {
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *member(i);
    if (r.kind.load(std::memory_order_relaxed) == worker_kind::foreign &&
        r.has_place.load(std::memory_order_relaxed) && context_seen(r) == detail::outside() &&
        r.has_place.exchange(false, std::memory_order_acq_rel)) {
      r.nest_limit.store(detail::every_stack(), std::memory_order_relaxed);
      give_up_right(r);
      return true;
    }
  }
  return false;
}

sleeper* crew::wake_sleeper() noexcept {
  const std::scoped_lock guard(sleepers_lock_);
  sleeper* const first = sleepers_;
  if (first != nullptr) {
    sleepers_ = first->next;
    // Under the lock: a sleeper whose time ran out looks here before it goes.
    first->word.store(1, std::memory_order_release);
    futex_wake(first->word, 1);
  }
  return first;
}

bool crew::wake_one(bool own) noexcept {
  if (from_before_fork()) {
    return true;  // a loop begun in this process would work on what the lost threads left half done
  }
  if (closed() || searching_.load(std::memory_order_seq_cst) > 0 || !try_take_place()) {
    return true;
  }
  searching_.fetch_add(1, std::memory_order_seq_cst);
  if (wake_sleeper() != nullptr || start_loop(own, false)) {
    return true;
  }
  searching_.fetch_sub(1, std::memory_order_seq_cst);
  give_place();
  if (lenders_.load(std::memory_order_seq_cst) != 0) {
    lacks_.fetch_add(1, std::memory_order_seq_cst);
    lot::wake_everybody();
  }
  return false;
}

bool crew::lend_loop() noexcept {
  std::size_t lent = borrowed_.load(std::memory_order_relaxed);
  while (lent < lender_.granted()) {
    if (borrowed_.compare_exchange_weak(lent, lent + 1, std::memory_order_acq_rel)) {
      const thread_body body = [](void* self) noexcept {
        static_cast<crew*>(self)->work_loop(true, false);
      };
      awaited_loops_.fetch_add(1, std::memory_order_acq_rel);
      if (lender_.lend(body, this)) {
        return true;
      }
      if (!take_awaited_loop()) {
        borrowed_.fetch_sub(1, std::memory_order_acq_rel);
        return true;  // the tick has replaced it already
      }
      borrowed_.fetch_sub(1, std::memory_order_acq_rel);
      return false;
    }
  }
  return false;
}

bool crew::take_awaited_loop() noexcept {
  std::size_t awaited = awaited_loops_.load(std::memory_order_acquire);
  while (awaited > 0) {
    if (awaited_loops_.compare_exchange_weak(awaited, awaited - 1, std::memory_order_acq_rel)) {
      return true;
    }
  }
  return false;
}

// oneTBB has not come for some ms: a thread of our own begins with the place and the search of the loop it was asked for.
bool crew::replace_awaited_loop() noexcept {
  if (!take_awaited_loop()) {
    return false;
  }
  if (start_loop(true, false)) {
    return true;
  }
  awaited_loops_.fetch_add(1, std::memory_order_acq_rel);
  return false;
}

bool crew::start_loop(bool own, bool extra) noexcept {
  if (!own && !extra && lend_loop()) {
    return true;
  }
  std::size_t running = own_running_.load(std::memory_order_relaxed);
  const std::size_t most = size_ + max_substitutes_ + (extra ? 1 : 0);
  while (running < most) {
    if (own_running_.compare_exchange_weak(running, running + 1, std::memory_order_acq_rel)) {
      const thread_body body = extra ? thread_body{[](void* self) noexcept {
        static_cast<crew*>(self)->work_loop(false, true);
      }}
                                     : thread_body{[](void* self) noexcept {
                                         static_cast<crew*>(self)->work_loop(false, false);
                                       }};
      if (!own_.start(body, this, name_.view())) {
        return true;
      }
      own_running_.fetch_sub(1, std::memory_order_acq_rel);
      return false;
    }
  }
  return false;
}

void crew::ask_members() const noexcept {
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    member(i)->limit.store(nullptr, std::memory_order_relaxed);
  }
}

bool crew::work_visible() const noexcept {
  if (!common.empty()) {
    return true;
  }
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    if (deque::has_work(*member(i))) {
      return true;
    }
  }
  return shares_visible();
}

bool crew::offer_place() noexcept {
  if (!has_idle_place()) {
    return true;
  }
  if (!work_visible()) {
    // Who pushes after this barrier sees the request; who pushed before it is seen by the second look.
    ask_members();
    detail::heavy_barrier();
    if (!work_visible()) {
      return true;
    }
  }
  return wake_one(true);
}

bool crew::from_before_fork() const noexcept {
  return born_in_ != fork_generation();
}

}  // namespace covey::runtime
