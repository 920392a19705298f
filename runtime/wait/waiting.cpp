// SPDX-License-Identifier: Apache-2.0
// Waiting well.
#include "wait/waiting.hpp"

#include "base/fork.hpp"
#include "deque/deque.hpp"
#include "deque/deque_room.hpp"
#include "observe/tracked_states.hpp"
#include "pool/crew.hpp"
#include "pool/places.hpp"
#include "run/execute.hpp"
#include "scope/lent.hpp"
#include "scope/wait_graph.hpp"
#include "text/refusals.hpp"
#include "wait/helping.hpp"
#include "wait/limit.hpp"
#include "worker/lot.hpp"

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
  if (at > me.base && detail::lower(me, old, at)) {
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
