// SPDX-License-Identifier: Apache-2.0
// Batches on the workers: shares, parked ranges, the thread that waits.
#include "context.hpp"
#include "crew.hpp"
#include "failures.hpp"
#include "lot.hpp"
#include "pause.hpp"
#include "shares.hpp"
#include "stop.hpp"
#include "wait_graph.hpp"
#include "waiting.hpp"

#include <covey/detail/scope.hpp>
#include <covey/detail/spread.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <mutex>

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

namespace {
// How long the waiting thread looks for more work before it sleeps.
constexpr auto look_round = std::chrono::microseconds(10);
}  // namespace

spread::spread(scope& in, const site& from, const batch_options& options, std::uint64_t items)
    : of(in),
      where(from),
      total(items),
      grain(options.grain.given() ? static_cast<std::uint64_t>(options.grain.value()) : 0),
      due(options.on_timeout == on_timeout::return_partial ? deadline_of(in)
                                                           : clock::time_point::max()),
      pool(&crew_of(in)) {
  parked.reserve(4);
  pool->enroll(*this);
}

void spread::limit_by(covey::throttle* bound) {
  throttle = bound;
  if (throttle != nullptr) {
    throttle->attach(*this);
  }
}

spread::~spread() {
  if (throttle != nullptr) {
    throttle->detach(*this);
  }
  pool->withdraw(*this);
}

void spread::enter(share& s, item_range range) noexcept {
  s.next.store(range.first, std::memory_order_relaxed);
  s.end.store(range.last, std::memory_order_relaxed);
  s.cost.store(cost.load(std::memory_order_relaxed), std::memory_order_relaxed);
  s.next_at_tick = ~std::uint64_t{0};
  s.me = this_worker();
  s.of = this;
  const std::scoped_lock guard(lock);
  s.after = shares;
  if (shares != nullptr) {
    shares->before = &s;
  }
  shares = &s;
}

void spread::leave(share& s) noexcept {
  const std::scoped_lock guard(lock);
  done.fetch_add(s.done.load(std::memory_order_relaxed), std::memory_order_relaxed);
  (s.before != nullptr ? s.before->after : shares) = s.after;
  if (s.after != nullptr) {
    s.after->before = s.before;
  }
  const std::uint64_t next = s.next.load(std::memory_order_relaxed);
  const std::uint64_t end = s.end.load(std::memory_order_relaxed);
  if (next < end && may_start(*this)) {
    parked.push_back({next, end});  // reserved when the range was made
    waiting.fetch_add(1, std::memory_order_seq_cst);
  }
}

void spread::quit() noexcept {
  const bool last = active.fetch_sub(1, std::memory_order_seq_cst) == 1;
  if (last || waiting.load(std::memory_order_seq_cst) != 0) {
    lot::wake(this);
  }
}

bool spread::unpark(share& s) noexcept {
  if (waiting.load(std::memory_order_seq_cst) == 0) {
    return false;
  }
  const std::scoped_lock guard(lock);
  if (parked.empty() || !may_start(*this) || !has_room()) {
    return false;
  }
  const item_range range = parked.back();
  parked.pop_back();
  waiting.fetch_sub(1, std::memory_order_seq_cst);
  s.next.store(range.first, std::memory_order_seq_cst);
  s.end.store(range.last, std::memory_order_seq_cst);
  return true;
}

bool spread::next_range(item_range& range) {
  record& me = record_of(*this_worker());
  const auto finished = [this] {
    return active.load(std::memory_order_seq_cst) == 0 &&
           waiting.load(std::memory_order_seq_cst) == 0;
  };
  auto since = clock::now();
  for (;;) {
    pull_if_new(me);
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
    }
    if (finished()) {
      return false;
    }
    pause(16);
    if (clock::now() - since < look_round) {
      continue;
    }
    const waiting_for entry(me, of);
    lend_place(me);
    if (throttle == nullptr) {
      lot::wait(this, finished);
    } else {
      // Room comes from other batches, too; a stop would not be heard here.
      constexpr auto look_again = std::chrono::milliseconds(2);
      static_cast<void>(lot::wait_real(this, clock::now() + look_again, [&] {
        return finished() || (waiting.load(std::memory_order_seq_cst) != 0 && has_room());
      }));
    }
    take_place_back(me);
    since = clock::now();
  }
}

void spread::offer(const share& s) noexcept {
  if (pool->has_idle_place() && value_of(s) > worth_stealing && has_room()) {
    pool->wake_one();
  }
}

bool spread::item_threw(std::uint64_t index, const label& what) noexcept {
  if (obeys_stop(of, false)) {
    stopped.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  failed.fetch_add(1, std::memory_order_relaxed);
  keep_item_failure(of, index, what, where);
  return may_start(*this);
}

std::exception_ptr spread::item_failed(const label& what, bool& go_on) noexcept {
  if (obeys_stop(of, false)) {
    stopped.fetch_add(1, std::memory_order_relaxed);
    go_on = false;
    return nullptr;
  }
  failed.fetch_add(1, std::memory_order_relaxed);
  stop_for_item(of, what, where);
  go_on = may_start(*this);
  return std::current_exception();
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

void spread::halt_if_late(std::uint64_t item_cost) noexcept {
  if (clock_now() + std::chrono::nanoseconds(item_cost) > due) {
    halted.store(true, std::memory_order_seq_cst);
    lot::wake(this);
  }
}

label name_of_item(std::uint64_t index, std::string_view text) noexcept {
  std::array<char, label::capacity> room{};
  const int length = text.empty()
                         ? std::snprintf(room.data(), room.size(), "item %" PRIu64, index)
                         : std::snprintf(room.data(),
                                         room.size(),
                                         "item %" PRIu64 " (%.*s)",
                                         index,
                                         static_cast<int>(std::min<std::size_t>(text.size(), 64)),
                                         text.data());
  return label(std::string_view(
      room.data(), std::min(static_cast<std::size_t>(std::max(length, 0)), room.size() - 1)));
}

void put_back(share& s, std::uint64_t at) noexcept {
  const std::scoped_lock guard(s.of->lock);
  s.next.store(at, std::memory_order_seq_cst);
}

std::uint64_t take_last(share& s, std::uint64_t next, std::uint64_t want) noexcept {
  const std::scoped_lock guard(s.of->lock);
  const std::uint64_t end = s.end.load(std::memory_order_relaxed);
  const std::uint64_t count = end > next ? std::min(want, end - next) : 0;
  s.next.store(next + count, std::memory_order_seq_cst);
  return count;
}

bool look_up(share& s, std::uint64_t at, std::uint64_t& end) noexcept {
  record& me = record_of(*s.me);
  me.look.store(false, std::memory_order_seq_cst);
  pull_if_new(me);
  if (!may_start(*s.of)) {
    return false;
  }
  if (s.recall.exchange(false, std::memory_order_seq_cst) && at < end) {
    // Nobody but the owner knows of the taken items: they go back in front of the others.
    const std::scoped_lock guard(s.of->lock);
    s.next.store(at, std::memory_order_seq_cst);
    end = at;
  }
  return true;
}

}  // namespace covey::detail
