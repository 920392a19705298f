// SPDX-License-Identifier: Apache-2.0
// Thefts out of shares, and what the tick does about long items.
#include "batch/thieves.hpp"

#include "batch/open_block.hpp"
#include "batch/shares.hpp"
#include "outcome/failures.hpp"
#include "scope/context.hpp"
#include "worker/lot.hpp"

#include <covey/detail/batch/item_room.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/task/scope.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>

namespace covey::runtime {

using detail::item_range;
using detail::share;
using detail::spread;

namespace {

frame* steal_share(spread& w, bool only_parked, bool& no_memory) noexcept {
  const std::scoped_lock guard(w.lock);
  item_range range;
  if ((only_parked && w.parked.empty()) || !find_range(w, range)) {
    return nullptr;
  }
  // The scope is open: the thread that waits for it leaves only when it has seen, under this lock, that nobody has a
  // share and nothing is parked.
  w.active.fetch_add(1, std::memory_order_seq_cst);
  try {
    frame* const f = w.make_child(w, range);
    detail::add_mark(f, detail::mark_remote | detail::mark_dropped);
    f->order = remote_order + extra_of(w.of).remote_spawned.fetch_add(1, std::memory_order_relaxed);
    w.of.attention.fetch_add(detail::attention::remote_one, std::memory_order_seq_cst);
    return f;
  } catch (...) {
    w.active.fetch_sub(1, std::memory_order_seq_cst);
    if (range.first < range.last) {
      w.parked.push_back(range);  // reserved
      w.waiting.fetch_add(1, std::memory_order_seq_cst);
    }
    lot::wake(&w);
    no_memory = true;
    return nullptr;
  }
}

bool shares_visible(spread& w) noexcept {
  const std::scoped_lock guard(w.lock);
  if (!may_start(w) || !has_room(w)) {
    return false;
  }
  if (!w.parked.empty() || can_pull(w)) {
    return true;
  }
  for (const share* s = w.shares; s != nullptr; s = s->after) {
    if (value_of(*s) > worth_stealing) {
      return true;
    }
  }
  return false;
}

// Assumed cost, in ns, of an item that runs at two ticks.
constexpr std::uint64_t stuck = 1'000'000;

void raise(std::atomic<std::uint64_t>& cost) noexcept {
  cost.store(std::max(cost.load(std::memory_order_relaxed), stuck), std::memory_order_relaxed);
}

// For a share whose owner is in the same item as at the last tick: that item is long, whatever the others took. Raises the
// cost, so that the rest of the share is worth a theft, and recalls the items that the owner took together with it.
void expect_long_items(spread& w, share& s) noexcept {
  raise(s.cost);
  if (w.source != nullptr) {
    raise(w.cost);  // so that one more thread is useful for pulling
  }
  s.recall.store(true, std::memory_order_seq_cst);
  s.me->check_wanted.store(true, std::memory_order_seq_cst);
}

// Parks the items that a waiting puller holds, so that another thread takes them.
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

void tick_shares(spread& w, bool& starving) noexcept {
  const std::scoped_lock guard(w.lock);
  if (waits_since_last_tick(w)) {
    starving = starving || !w.parked.empty();
    part_from_puller(w);
  }
  for (share* s = w.shares; s != nullptr; s = s->after) {
    const std::uint64_t next = s->next.load(std::memory_order_relaxed);
    if (next == s->next_at_tick) {
      expect_long_items(w, *s);
    }
    s->next_at_tick = next;
  }
}

std::uint64_t finished_of_user(spread& w) noexcept {
  // The last unit may be a shorter one.
  const std::uint64_t finished = w.finished_items() * w.unit;
  return w.of_user != 0 ? std::min(finished, w.of_user) : finished;
}

}  // namespace

constinit const spread_calls calls_of_batches{
    &steal_share, &shares_visible, &tick_shares, &finished_of_user};

}  // namespace covey::runtime
