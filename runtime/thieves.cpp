// SPDX-License-Identifier: Apache-2.0
// How workers find and take shares of batches.
#include "context.hpp"
#include "crew.hpp"
#include "failures.hpp"
#include "lot.hpp"
#include "shares.hpp"
#include "stop.hpp"

#include <covey/detail/item_source.hpp>
#include <covey/detail/scope.hpp>
#include <covey/detail/spread.hpp>

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <utility>

namespace covey::runtime {

using detail::item_range;
using detail::share;
using detail::spread;

namespace {

constexpr std::uint64_t stuck = 1'000'000;  // the least an item takes that was there at two ticks

[[nodiscard]] std::uint64_t left_of(const share& s) noexcept {
  const std::uint64_t next = s.next.load(std::memory_order_seq_cst);
  const std::uint64_t end = s.end.load(std::memory_order_seq_cst);
  return end > next ? end - next : 0;
}

}  // namespace

std::uint64_t value_of(const share& s) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t left = left_of(s);
  const std::uint64_t cost = s.cost.load(std::memory_order_relaxed);
  if (cost == 0) {
    return left == 0 ? 0 : most;
  }
  return left > most / cost ? most : left * cost;
}

bool may_start(const spread& w) noexcept {
  return !w.halted.load(std::memory_order_seq_cst) && !is_stopped(w.of);
}

bool can_pull(const spread& w) noexcept {
  return w.source != nullptr && w.source->wants_another(w);
}

item_range take_parked(spread& w) noexcept {
  if (w.source != nullptr) {
    const auto first = std::min_element(
        w.parked.begin(), w.parked.end(), [](const item_range& a, const item_range& b) {
          return a.first < b.first;
        });
    std::swap(*first, w.parked.back());
  }
  const item_range range = w.parked.back();
  w.parked.pop_back();
  w.waiting.fetch_sub(1, std::memory_order_seq_cst);
  return range;
}

bool find_range(spread& w, item_range& found) noexcept {
  if (!may_start(w) || !w.has_room()) {
    return false;
  }
  if (!w.parked.empty()) {
    found = take_parked(w);
    return true;
  }
  const bool pull = can_pull(w);
  share* best = nullptr;
  std::uint64_t most = worth_stealing;
  for (share* s = w.shares; s != nullptr; s = s->after) {
    if (const std::uint64_t value = value_of(*s); value > most) {
      most = value;
      best = s;
    }
  }
  const bool held = best == nullptr && !pull && waits_with_items(w);
  if (best == nullptr && !pull && !held) {
    return false;
  }
  try {
    // One range more may have to be parked one day.
    w.parked.reserve(w.active.load(std::memory_order_relaxed) + w.parked.size() + 1);
  } catch (...) {
    return false;
  }
  if (held) {
    return take_open_block(w, found);
  }
  if (pull) {
    found = {};
    return true;
  }
  const std::uint64_t end = best->end.load(std::memory_order_seq_cst);
  const std::uint64_t next = best->next.load(std::memory_order_seq_cst);
  if (next >= end) {
    return false;
  }
  std::uint64_t keep = (end - next) / 2;
  if (w.grain > 1) {
    keep -= keep % w.grain;
  }
  const std::uint64_t middle = next + keep;
  best->end.store(middle, std::memory_order_seq_cst);
  if (best->next.load(std::memory_order_seq_cst) > middle) {
    best->end.store(end, std::memory_order_seq_cst);  // its owner was faster
    return false;
  }
  found = {middle, end, best->block};
  return true;
}

void crew::enroll(spread& work) noexcept {
  {
    const std::scoped_lock guard(spreads_lock_);
    work.next_in_pool = spreads_;
    spreads_ = &work;
    spread_count_.fetch_add(1, std::memory_order_seq_cst);
  }
  arm_tick();
}

void crew::withdraw(spread& work) noexcept {
  const std::scoped_lock guard(spreads_lock_);
  spread** at = &spreads_;
  while (*at != &work) {
    at = &(*at)->next_in_pool;
  }
  *at = work.next_in_pool;
  spread_count_.fetch_sub(1, std::memory_order_seq_cst);
}

std::optional<crew::item_count> crew::items_of(const detail::scope& s) const noexcept {
  if (from_before_fork() || spread_count_.load(std::memory_order_seq_cst) == 0) {
    return std::nullopt;
  }
  const std::scoped_lock list(spreads_lock_);
  for (spread* w = spreads_; w != nullptr; w = w->next_in_pool) {
    if (&w->of == &s) {
      // The last unit may be a shorter one.
      const std::uint64_t finished = w->finished_items() * w->unit;
      const std::uint64_t total = w->of_user;
      return item_count{total != 0 ? std::min(finished, total) : finished, total};
    }
  }
  return std::nullopt;
}

frame* crew::steal_share(bool only_parked) noexcept {
  if (spread_count_.load(std::memory_order_relaxed) == 0) {
    return nullptr;
  }
  const std::unique_lock list(spreads_lock_, std::try_to_lock);
  if (!list.owns_lock()) {
    return nullptr;
  }
  for (spread* w = spreads_; w != nullptr; w = w->next_in_pool) {
    const std::scoped_lock guard(w->lock);
    item_range range;
    if ((only_parked && w->parked.empty()) || !find_range(*w, range)) {
      continue;
    }
    // The scope is open: the thread that waits for it leaves only when it has seen, under this lock, that nobody has a
    // share and nothing is parked.
    w->active.fetch_add(1, std::memory_order_seq_cst);
    try {
      frame* const f = w->make_child(*w, range);
      detail::add_mark(f, detail::mark_remote | detail::mark_dropped);
      f->order =
          remote_order + extra_of(w->of).remote_spawned.fetch_add(1, std::memory_order_relaxed);
      w->of.attention.fetch_add(detail::attention::remote_one, std::memory_order_seq_cst);
      return f;
    } catch (...) {
      w->active.fetch_sub(1, std::memory_order_seq_cst);
      if (range.first < range.last) {
        w->parked.push_back(range);  // reserved
        w->waiting.fetch_add(1, std::memory_order_seq_cst);
      }
      lot::wake(w);
      return nullptr;
    }
  }
  return nullptr;
}

bool crew::shares_visible() const noexcept {
  if (spread_count_.load(std::memory_order_seq_cst) == 0) {
    return false;
  }
  const std::scoped_lock list(spreads_lock_);
  for (spread* w = spreads_; w != nullptr; w = w->next_in_pool) {
    const std::scoped_lock guard(w->lock);
    if (!may_start(*w) || !w->has_room()) {
      continue;
    }
    if (!w->parked.empty() || can_pull(*w)) {
      return true;
    }
    for (const share* s = w->shares; s != nullptr; s = s->after) {
      if (value_of(*s) > worth_stealing) {
        return true;
      }
    }
  }
  return false;
}

namespace {

void raise(std::atomic<std::uint64_t>& cost) noexcept {
  cost.store(std::max(cost.load(std::memory_order_relaxed), stuck), std::memory_order_relaxed);
}

// An item that was there at the last tick, too, takes long, whatever the others took: what lies behind it becomes worth
// a theft, and what its owner took together with it is wanted back.
void expect_long_items(spread& w, share& s) noexcept {
  raise(s.cost);
  if (w.source != nullptr) {
    raise(w.cost);  // however cheap the items were until now, somebody else has to pull
  }
  s.recall.store(true, std::memory_order_seq_cst);
  s.me->look.store(true, std::memory_order_seq_cst);
}

// Parks what a waiting puller holds, so that somebody else takes it.
void part_from_puller(spread& w) noexcept {
  item_range range;
  try {
    w.parked.reserve(w.active.load(std::memory_order_relaxed) + w.parked.size() + 1);
  } catch (...) {
    return;  // tried again at the next tick
  }
  if (may_start(w) && take_open_block(w, range)) {
    w.parked.push_back(range);
    w.waiting.fetch_add(1, std::memory_order_seq_cst);
    lot::wake(&w);
  }
}

}  // namespace

// @param starving set if a range was parked at the last tick, too, while the one thread that would take it waits for the
// range. @returns whether there is a batch.
bool crew::tick_shares(bool& starving) noexcept {
  if (spread_count_.load(std::memory_order_seq_cst) == 0) {
    return false;
  }
  const std::scoped_lock list(spreads_lock_);
  for (spread* w = spreads_; w != nullptr; w = w->next_in_pool) {
    const std::scoped_lock guard(w->lock);
    if (waits_since_last_tick(*w)) {
      starving = starving || !w->parked.empty();
      part_from_puller(*w);
    }
    for (share* s = w->shares; s != nullptr; s = s->after) {
      const std::uint64_t next = s->next.load(std::memory_order_relaxed);
      if (next == s->next_at_tick) {
        expect_long_items(*w, *s);
      }
      s->next_at_tick = next;
    }
  }
  return true;
}

}  // namespace covey::runtime
