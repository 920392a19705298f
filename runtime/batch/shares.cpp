// SPDX-License-Identifier: Apache-2.0
// Finds a range of a batch for one more thread, and halves shares. Proof: runtime/README.md, "Spreads".
#include "batch/shares.hpp"

#include "batch/open_block.hpp"
#include "outcome/stop.hpp"

#include <covey/detail/batch/item_room.hpp>
#include <covey/detail/batch/item_source.hpp>
#include <covey/detail/batch/spread.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <utility>

namespace covey::runtime {

using detail::item_range;
using detail::share;
using detail::spread;

namespace {

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
  if (!may_start(w) || !detail::has_room(w)) {
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
    // One more range may have to be parked.
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

}  // namespace covey::runtime
