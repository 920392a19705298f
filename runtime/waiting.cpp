// SPDX-License-Identifier: Apache-2.0
// Waiting well.
#include "waiting.hpp"

#include "crew.hpp"
#include "deque.hpp"
#include "execute.hpp"
#include "fork.hpp"
#include "helping.hpp"
#include "lent.hpp"
#include "limit.hpp"
#include "lot.hpp"
#include "thread_switch.hpp"
#include "tracker.hpp"
#include "wait_graph.hpp"

#include <covey/error.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace covey::runtime {

namespace bits = detail::attention;

// Without the lock when it is private and on top.
frame* own_child(record& me, const scope& s) noexcept {
  slot* const old = me.sp.load(std::memory_order_relaxed);
  slot* const at = old - 1;
  if (at > me.base && deque::lower(me, at)) {
    frame* const f = at->load(std::memory_order_relaxed);
    if (f != nullptr && f->of == &s) {
      at->store(nullptr, std::memory_order_relaxed);
      return f;
    }
    me.sp.store(old, std::memory_order_release);
  }
  return deque::pop_of(me, &s);
}

namespace {

// Runs what is left of the children in the own deque, and collects what thieves brought back. A child that forked and
// came back in the forked process was the last one there.
void run_own_children(record& me, scope& s) noexcept {
  while (!me.of->from_before_fork() &&
         s.spawned.load(std::memory_order_relaxed) !=
             s.finished.load(std::memory_order_relaxed) + returned_to(s)) {
    frame* const f = own_child(me, s);
    if (f == nullptr) {
      break;
    }
    execute(me, f);
  }
  collect(s);
}

// What every wait asks each time when user code has run inside it. @throws pool_error
void leave_after_fork(const record& me) {
  if (me.of->from_before_fork()) {
    throw_forked();
  }
}

// Sleeps until all children are back (the last one to come back wakes us), or until there is something to look for.
void sleep_for_children(record& me, scope& s, bool owner) {
  const wait_watch watch(*me.of);
  const places_lent lent;
  {
    const waiting_for entry(me, s);
    const bool alone = owner && (s.attention.load(std::memory_order_relaxed) &
                                 (bits::shared | bits::limited)) == 0;
    if (alone) {
      std::construct_at(
          &s.target,
          s.spawned.load(std::memory_order_relaxed) - s.finished.load(std::memory_order_relaxed));
      s.attention.fetch_or(bits::targeted, std::memory_order_seq_cst);
    }
    static_cast<void>(watch.sleep(&s, lent, [&s] { return all_back(s); }));
    if (alone) {
      s.attention.fetch_and(~bits::targeted, std::memory_order_seq_cst);
    }
  }
}

// The owner does not look for others who wait when it finishes a child in place: that would cost every get() three
// instructions. So besides being woken by thieves and by the owner's slow paths, those look by themselves now and then.
constexpr auto look_again = std::chrono::milliseconds(1);

// Waits on a thread that does not own the scope and has no worker in its pool.
void visit(scope& s) {
  s.attention.fetch_or(bits::shared | bits::extra, std::memory_order_seq_cst);
  detail::heavy_barrier();
  if (s.owner != nullptr) {
    record& owner = record_of(*s.owner);
    {
      const std::scoped_lock guard(owner.lock);
      owner.floor.store(detail::ask_all(), std::memory_order_seq_cst);
      detail::heavy_barrier();
      deque::publish(owner, owner.sp.load(std::memory_order_acquire), true);
      deque::settle_requests_of(owner);
    }
    owner.of->wake_one();
    owner.of->arm_tick();
  }
  while (!all_back(s)) {
    if (crew_of(s).is_stranded()) {
      crew_of(s).run_one_here();
    }
    const places_lent lent;
    static_cast<void>(lot::wait_real(&s, clock::now() + look_again, [&s] { return all_back(s); }));
  }
}

}  // namespace

void throw_forked() {
  throw pool_error(
      "covey: this process was forked from one that used covey; its threads do not exist here");
}

void throw_shut_down() {
  throw pool_error("covey: the pool was shut down");
}

// Two rounds: no pool looks for a substitute while another one still counts on this thread.
bool lend_places() noexcept {
  for_each_record_at_work([](record& r) {
    if (r.of->from_before_fork()) {
      return;
    }
    publish_everything(r);
    r.card.lends.fetch_add(1, std::memory_order_relaxed);
    if (r.lent.fetch_add(1, std::memory_order_acq_rel) == 0) {
      r.of->bodies.lend(r);
      r.of->release_right(r);
    }
  });
  bool all_taken = true;
  for (record* r = records_of_this_thread(); r != nullptr; r = r->next_of_thread) {
    if (r->lent.load(std::memory_order_relaxed) != 0) {
      all_taken = r->of->offer_place() && all_taken;
    }
  }
  return all_taken;
}

void take_places_back() noexcept {
  // One of these may have to be waited for, and who sleeps has no place in any pool.
  for (record* r = records_of_this_thread(); r != nullptr; r = r->next_of_thread) {
    if (r->lent.load(std::memory_order_relaxed) == 1 && !r->of->from_before_fork()) {
      r->of->bodies.take_back(*r);
    }
  }
  for (record* r = records_of_this_thread(); r != nullptr; r = r->next_of_thread) {
    std::uint32_t depth = r->lent.load(std::memory_order_relaxed);
    while (depth != 0 &&
           !r->lent.compare_exchange_weak(depth, depth - 1, std::memory_order_acq_rel)) {
    }
    if (depth == 1) {
      r->of->occupy_place();
    }
  }
}

bool sleeps_without_place() noexcept {
  bool none = true;
  for_each_record_at_work([&none](const record& r) {
    none = none && (r.lent.load(std::memory_order_relaxed) != 0 || r.of->from_before_fork());
  });
  return none;
}

wait_watch::wait_watch(crew& in) noexcept : of_(in) {
  of_.lenders_.fetch_add(1, std::memory_order_seq_cst);
  seen_ = of_.lacks_.load(std::memory_order_seq_cst);
}

wait_watch::~wait_watch() {
  of_.lenders_.fetch_sub(1, std::memory_order_seq_cst);
}

bool wait_watch::told() const noexcept {
  return of_.lacks_.load(std::memory_order_seq_cst) != seen_;
}

void wait_children(scope& s) {
  if (crew_of(s).from_before_fork()) {
    throw_forked();
  }
  record* const me = this_record();
  // In its own body nothing runs below it: no walk up the tree at every join.
  const detail::context here = detail::this_context();
  if (me != nullptr && here != detail::body_of(&s) && runs_below(here, s)) {
    throw structure_error("covey: a child waits for its own " + in_words(s) +
                          "; it would wait for itself");
  }
  const bool owner = me != nullptr && s.owner == me;
  const bool helper = owner || (me != nullptr && s.owner == nullptr && me->of == &crew_of(s));
  if (!helper) {
    visit(s);
    return;
  }
  if (all_back(s)) {
    if (owner) {
      collect(s);
    }
    return;
  }
  const tracked_pause pause(*me, s);
  while (!all_back(s)) {
    if (owner) {
      run_own_children(*me, s);
      leave_after_fork(*me);
      if (all_back(s)) {
        break;
      }
    }
    const scope_extra* const x = extra_if_any(s);
    const bool leap = x != nullptr && x->wait == wait_rule::leapfrog;
    if (!help_until(
            *me,
            [&s] { return all_back(s); },
            [me, &s, leap] {
              return leap ? find_below<anything>(*me, &s) : find_below<below_scope>(*me, &s);
            })) {
      leave_after_fork(*me);
      sleep_for_children(*me, s, owner);
    }
  }
  if (owner) {
    collect(s);
  }
}

}  // namespace covey::runtime
