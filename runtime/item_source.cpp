// SPDX-License-Identifier: Apache-2.0
// Pulled items: when one more worker is of use, who wakes it, and who takes what a waiting puller holds.
#include "context.hpp"
#include "crew.hpp"
#include "failures.hpp"
#include "shares.hpp"
#include "stop.hpp"

#include <covey/detail/item_source.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <mutex>
#include <string_view>
#include <utility>

namespace covey::runtime {

using detail::item_block;
using detail::item_source;

namespace {

// As long as a range may keep the puller before an idle thread takes what was pulled.
constexpr auto long_wait = std::chrono::microseconds(20);

[[nodiscard]] bool holds_items(std::uint64_t filling) noexcept {
  return (filling & 1U) != 0 && item_source::count_in(filling) != 0;
}

}  // namespace

bool waits_with_items(detail::spread& w) noexcept {
  item_source* const from = w.source;
  if (from == nullptr) {
    return false;
  }
  const std::uint64_t now = from->filling.load(std::memory_order_relaxed);
  if (!holds_items(now)) {
    return false;
  }
  const clock::time_point time = clock::now();
  if (now != from->seen) {
    from->seen = now;
    from->seen_since = time;
    return false;
  }
  return time - from->seen_since > long_wait;
}

bool waits_since_last_tick(detail::spread& w) noexcept {
  item_source* const from = w.source;
  if (from == nullptr) {
    return false;
  }
  const std::uint64_t now = from->filling.load(std::memory_order_relaxed);
  return std::exchange(from->seen_at_tick, now) == now && holds_items(now);
}

bool take_open_block(detail::spread& w, detail::item_range& found) noexcept {
  item_source& from = *w.source;
  const std::uint64_t rows =
      from.blocks.load(std::memory_order_seq_cst) - from.blocks_out.load(std::memory_order_seq_cst);
  if (from.open == nullptr || from.block_window - rows < 2) {
    return false;  // the puller needs a place for what it gets, too
  }
  from.cut.store(true, std::memory_order_seq_cst);
  detail::heavy_barrier();
  const std::uint64_t filling = from.filling.load(std::memory_order_seq_cst);
  if (!holds_items(filling)) {
    from.cut.store(false, std::memory_order_relaxed);
    return false;
  }
  item_block& block = *std::exchange(from.open, nullptr);
  const std::uint64_t count = item_source::count_in(filling);
  block.number = from.blocks.load(std::memory_order_relaxed);
  block.left.store(count, std::memory_order_relaxed);
  from.pulled.fetch_add(count, std::memory_order_seq_cst);
  from.blocks.fetch_add(1, std::memory_order_seq_cst);
  found = {block.first, block.first + count, &block};
  return true;
}

}  // namespace covey::runtime

namespace covey::detail {

namespace {
constexpr std::uint64_t most_in_block = 4096;
}  // namespace

std::uint64_t item_source::room() const noexcept {
  const std::uint64_t items =
      pulled.load(std::memory_order_seq_cst) - pulled_out.load(std::memory_order_seq_cst);
  const std::uint64_t rows =
      blocks.load(std::memory_order_seq_cst) - blocks_out.load(std::memory_order_seq_cst);
  return items < window && rows < block_window ? window - items : 0;
}

bool item_source::wants_another(const spread& of) const noexcept {
  if (ended.load(std::memory_order_seq_cst) || pulling.load(std::memory_order_seq_cst) ||
      room() == 0) {
    return false;
  }
  // Pulling is done by one at a time: `cost / pull_cost` workers keep it busy.
  const std::uint64_t active = of.active.load(std::memory_order_seq_cst);
  const std::uint64_t cost = of.cost.load(std::memory_order_relaxed);
  return active == 0 || cost == 0 ||
         (2 * active + 1) * pull_cost.load(std::memory_order_relaxed) <= 2 * cost;
}

bool has_light_barrier() noexcept {
  return runtime::asymmetric_fence();
}

std::uint64_t item_source::dare(std::uint64_t want) noexcept {
  if (single_pulls > 0) {
    --single_pulls;
    return std::min<std::uint64_t>(want, 1);
  }
  const std::uint64_t count = std::min(want, allowed);
  if (allowed <= most_in_block) {
    allowed *= 2;
    cuts /= allowed > most_in_block ? 2 : 1;  // it has given much without a wait
  }
  return count;
}

bool was_cut(spread& w) noexcept {
  item_source& from = *w.source;
  const std::scoped_lock guard(w.lock);
  from.cut.store(false, std::memory_order_relaxed);
  if (from.open != nullptr) {
    return false;
  }
  // The range made us wait with items in hand. Once may happen; if it comes again and again, then it waits for them.
  constexpr std::uint64_t most_cuts = 10;
  from.cuts = std::min(from.cuts + 1, most_cuts);
  from.single_pulls = (std::uint64_t{1} << from.cuts) - 2;
  from.allowed = 1;
  return true;
}

void offer_pull(spread& w) noexcept {
  if (w.pool->has_idle_place() && w.has_room() && runtime::can_pull(w)) {
    w.pool->wake_one();
  }
}

std::uint64_t workers_of(const spread& w) noexcept {
  return w.pool->size();
}

bool was_stopped(const spread& w) noexcept {
  runtime::pull_if_new(runtime::record_of(*this_worker()));
  runtime::pull_into(body_of(&w.of));
  return runtime::is_stopped(w.of);
}

bool sink_threw(spread& w, std::uint64_t index) noexcept {
  if (runtime::obeys_stop(w.of, false)) {
    return false;
  }
  runtime::keep_item_failure(w.of, index, label("sink"), w.where);
  return !runtime::is_stopped(w.of);
}

label name_of_pull(std::uint64_t index) noexcept {
  std::array<char, label::capacity> room{};
  static_cast<void>(std::snprintf(room.data(), room.size(), "the range at item %" PRIu64, index));
  return label(std::string_view(room.data()));
}

}  // namespace covey::detail
