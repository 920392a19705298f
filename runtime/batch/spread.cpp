// SPDX-License-Identifier: Apache-2.0
// Batches on the workers: shares, parked ranges, the thread that waits.
#include "batch/shares.hpp"
#include "batch/thieves.hpp"
#include "observe/tracked_states.hpp"
#include "outcome/stop.hpp"
#include "pool/crew.hpp"
#include "pool/permits.hpp"
#include "scope/context.hpp"
#include "scope/wait_graph.hpp"
#include "text/refusals.hpp"
#include "wait/waiting.hpp"
#include "worker/lot.hpp"

#include <covey/detail/batch/item_room.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/compiled/deadline.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/detail/fast/pause.hpp>
#include <covey/detail/task/scope.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stdexcept>

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

namespace {
// How long the waiting thread looks for more work before it sleeps.
constexpr auto search_length = std::chrono::microseconds(10);

// Tells the tracker how many items were finished since the last call. A block of items counts as a look for the stop.
void tell_tracker(share& s) noexcept {
  const std::uint64_t now = s.done.load(std::memory_order_relaxed);
  track_items(s.of->of, now - s.told);
  s.told = now;
  track_block(s);
}

constexpr std::uint64_t most_items = std::uint64_t{1} << 63U;  // so that next + grain does not wrap

}  // namespace

spread::spread(scope& in, const site& from, const batch_options& options, std::uint64_t items)
    : of(in),
      where(from),
      total(items),
      grain(options.grain.given() ? static_cast<std::uint64_t>(options.grain.value()) : 0),
      of_user(items),
      due(options.on_timeout == on_timeout::return_partial ? deadline_of(in)
                                                           : clock::time_point::max()),
      timed(due != clock::time_point::max()),
      pool(&crew_of(in)) {
  if (items > most_items) {
    throw std::length_error("covey: a batch has at most 2^63 items");
  }
  parked.reserve(4);
  track_total(in, items);
  pool->spreads.enroll(*this, calls_of_batches);
  pool->arm_tick();
}

spread::~spread() {
  if (pool->from_before_fork()) {
    return;  // the locks may be held by threads that do not exist in this process
  }
  clear_throttle(*this);
  pool->spreads.withdraw(*this);
}

void spread::begin_share(share& s, item_range range) noexcept {
  s.next.store(range.first, std::memory_order_relaxed);
  s.end.store(range.last, std::memory_order_relaxed);
  s.cost.store(cost.load(std::memory_order_relaxed), std::memory_order_relaxed);
  s.next_at_tick = ~std::uint64_t{0};
  s.me = this_worker();
  s.of = this;
  s.block = range.block;
  track_share(s);
  const std::scoped_lock guard(lock);
  s.after = shares;
  if (shares != nullptr) {
    shares->before = &s;
  }
  shares = &s;
}

void spread::end_share(share& s) noexcept {
  track_share_end(s);
  // This share may have cleared the flag for a share further out on this stack.
  s.me->check_wanted.store(true, std::memory_order_seq_cst);
  if (pool->from_before_fork()) {
    return;
  }
  const std::scoped_lock guard(lock);
  done.fetch_add(s.done.load(std::memory_order_relaxed), std::memory_order_relaxed);
  track_items(of, s.done.load(std::memory_order_relaxed) - s.told);
  (s.before != nullptr ? s.before->after : shares) = s.after;
  if (s.after != nullptr) {
    s.after->before = s.before;
  }
  const std::uint64_t next = s.next.load(std::memory_order_relaxed);
  const std::uint64_t end = s.end.load(std::memory_order_relaxed);
  if (next < end && may_start(*this)) {
    parked.push_back({next, end, s.block});  // reserved when the share was made
    waiting.fetch_add(1, std::memory_order_seq_cst);
  }
}

void spread::quit() noexcept {
  const bool last = active.fetch_sub(1, std::memory_order_seq_cst) == 1;
  if (last || waiting.load(std::memory_order_seq_cst) != 0) {
    lot::wake(this);
  }
}

namespace {

// @pre the lock of the spread is held
void hand(share& s, const item_range& range) noexcept {
  s.block = range.block;
  s.next.store(range.first, std::memory_order_seq_cst);
  s.end.store(range.last, std::memory_order_seq_cst);
}

}  // namespace

bool spread::unpark(share& s) noexcept {
  if (waiting.load(std::memory_order_seq_cst) == 0) {
    return false;
  }
  const std::scoped_lock guard(lock);
  if (parked.empty() || !may_start(*this) || !has_room(*this)) {
    return false;
  }
  hand(s, take_parked(*this));
  return true;
}

void spread::refill(share& s, item_range range) noexcept {
  const std::scoped_lock guard(lock);
  hand(s, range);
}

bool spread::next_range(item_range& range) {
  record& me = record_of(*this_worker());
  // Whether the thread has to check under the lock: no share is active, or there is a parked range for this thread. A hint.
  const auto worth_checking = [this] {
    const bool alone = active.load(std::memory_order_seq_cst) == 0;
    if (waiting.load(std::memory_order_seq_cst) == 0) {
      return alone;
    }
    return has_room(*this) && (alone || !pool->overcrowded());
  };
  auto since = clock::now();
  for (;;) {
    if (pool->from_before_fork()) {
      throw_forked();
    }
    inherit_new_stops(me);
    inherit_stops(body_of(&of));
    {
      const std::scoped_lock guard(lock);
      if (!may_start(*this)) {
        parked.clear();
        waiting.store(0, std::memory_order_seq_cst);
      }
      if (find_range(*this, range)) {
        active.fetch_add(1, std::memory_order_seq_cst);
        return true;
      }
      // Under the lock: a thief takes a range out of `parked` and counts itself in one step.
      if (active.load(std::memory_order_seq_cst) == 0 && parked.empty()) {
        return false;
      }
    }
    detail::pause(16);
    if (clock::now() - since < search_length) {
      continue;
    }
    const waiting_for listed(me, of);
    const tracked_pause here(me, of);
    const permits_lent lent;
    if (throttle == nullptr) {
      lot::wait(this, worth_checking);
    } else {
      // A stop does not wake this thread while no range finds room.
      constexpr auto poll_interval = std::chrono::milliseconds(2);
      static_cast<void>(lot::wait_real(this, clock::now() + poll_interval, worth_checking));
    }
    since = clock::now();
  }
}

bool spread::offer(share& s) const noexcept {
  tell_tracker(s);
  if (pool->has_idle_permit() && (value_of(s) > worth_stealing || can_pull(*this)) &&
      has_room(*this)) {
    pool->wake_one();
  }
  // A worker parks its share when more threads run than the size: a thread woke inside an item and took its permit back.
  const bool beyond = pool->overcrowded() && s.me != of.owner;
  // The thread beyond the size works on one range only.
  const bool ends = record_of(*s.me).beyond && s.me != of.owner && value_of(s) == 0;
  return !beyond && !ends && !pool->from_before_fork();
}

std::uint64_t spread::finished_items() noexcept {
  const std::scoped_lock guard(lock);
  std::uint64_t sum = done.load(std::memory_order_relaxed);
  for (const share* s = shares; s != nullptr; s = s->after) {
    sum += s->done.load(std::memory_order_relaxed);
  }
  return sum;
}

batch_summary spread::summary() const {
  batch_summary sum;
  sum.total = total;
  sum.done = done.load(std::memory_order_seq_cst);
  sum.failed = failed.load(std::memory_order_seq_cst);
  sum.stopped = stopped.load(std::memory_order_seq_cst);
  sum.never_started = total - sum.done - sum.failed - sum.stopped;
  sum.stop = outcome_of(of).stop;
  return sum;
}

void spread::add_time(std::uint64_t items, clock::duration took) noexcept {
  spent.fetch_add(static_cast<std::uint64_t>(std::max<clock::rep>(took.count(), 0)),
                  std::memory_order_relaxed);
  worked.fetch_add(items, std::memory_order_relaxed);
}

bool spread::in_time(clock::time_point now) noexcept {
  const std::uint64_t items = worked.load(std::memory_order_relaxed);
  const std::uint64_t each = items == 0 ? 0 : spent.load(std::memory_order_relaxed) / items;
  if (now < due && static_cast<std::uint64_t>((due - now).count()) >= each) {
    return true;
  }
  halted.store(true, std::memory_order_seq_cst);
  lot::wake(this);
  return false;
}

void put_back(share& s, std::uint64_t at) noexcept {
  if (s.of->pool->from_before_fork()) {
    return;
  }
  const std::scoped_lock guard(s.of->lock);
  s.next.store(at, std::memory_order_seq_cst);
}

std::uint64_t take_last(share& s, std::uint64_t next, std::uint64_t want) noexcept {
  if (s.of->pool->from_before_fork()) {
    return 0;
  }
  const std::scoped_lock guard(s.of->lock);
  const std::uint64_t end = s.end.load(std::memory_order_relaxed);
  const std::uint64_t count = end > next ? std::min(want, end - next) : 0;
  s.next.store(next + count, std::memory_order_seq_cst);
  return count;
}

bool still_wanted(const spread& w) noexcept {
  inherit_new_stops(record_of(*this_worker()));
  inherit_stops(body_of(&w.of));
  return may_start(w);
}

bool check_share(share& s, std::uint64_t at, std::uint64_t& end) noexcept {
  record& me = record_of(*s.me);
  me.check_wanted.store(false, std::memory_order_seq_cst);
  inherit_new_stops(me);
  inherit_stops(body_of(
      &s.of->of));  // inherit_new_stops() may have been here for a scope with another parent
  if (!may_start(*s.of) || s.of->pool->from_before_fork()) {
    return false;
  }
  if (s.recall.exchange(false, std::memory_order_seq_cst) && at < end) {
    // The taken items, which only the owner knows, go back to the front of the share.
    const std::scoped_lock guard(s.of->lock);
    s.next.store(at, std::memory_order_seq_cst);
    end = at;
  }
  return true;
}

}  // namespace covey::detail
