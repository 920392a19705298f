// SPDX-License-Identifier: Apache-2.0
// Waits for the children of a scope.
#include "wait/waiting.hpp"

#include "base/fork.hpp"
#include "deque/deque.hpp"
#include "deque/deque_room.hpp"
#include "observe/tracked_states.hpp"
#include "pool/crew.hpp"
#include "pool/permits.hpp"
#include "run/execute.hpp"
#include "scope/migration.hpp"
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

// Without the lock if the topmost child is private and of `s`.
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

// Runs the children of `s` in the deque of `me`, and collects those that thieves have finished. Stops when a child forked
// and returned in the forked process.
void run_own_children(record& me, scope& s) noexcept {
  while (!me.of->from_before_fork() &&
         s.spawned.load(std::memory_order_relaxed) !=
             s.finished.load(std::memory_order_relaxed) + count_finished_elsewhere(s)) {
    frame* const f = own_child(me, s);
    if (f == nullptr) {
      break;
    }
    execute(me, f);
  }
  collect(s);
}

// Called by waits after user code has run inside them. @throws pool_error in a forked process
void throw_if_forked(const record& me) {
  if (me.of->from_before_fork()) {
    throw_forked();
  }
}

// Sleeps until all children have finished (the last one wakes the joiner), or until the waiter has to search itself.
void sleep_for_children(record& me, scope& s, bool owner) {
  const shortage_watch watch(*me.of);
  const permits_lent lent;
  {
    const waiting_for listed(me, s);
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

// How often a thread that does not own the scope polls. An owner that finishes a child in place does not wake it, as that
// would cost every get() three instructions; thieves and the owner's slow paths do.
constexpr auto poll_interval = std::chrono::milliseconds(1);

// Waits on a thread that neither owns the scope nor is a worker of its pool.
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
    const permits_lent lent;
    static_cast<void>(
        lot::wait_real(&s, clock::now() + poll_interval, [&s] { return all_back(s); }));
  }
}

}  // namespace

void wait_children(scope& s) {
  if (crew_of(s).from_before_fork()) {
    throw_forked();
  }
  record* const me = this_record();
  // In the body of `s` the thread does not run below `s`: joins there do not walk up the tree.
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
      throw_if_forked(*me);
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
      throw_if_forked(*me);
      sleep_for_children(*me, s, owner);
    }
  }
  if (owner) {
    collect(s);
  }
}

}  // namespace covey::runtime
