// SPDX-License-Identifier: Apache-2.0
// Takes the items that a waiting puller holds. Proof: runtime/README.md, "Pulled items".
#include "batch/open_block.hpp"

#include <covey/detail/batch/item_source.hpp>
#include <covey/detail/fast/barrier.hpp>
#include <covey/policy.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

namespace covey::runtime {

using detail::item_block;
using detail::item_source;

namespace {

// How long the puller may be inside the range's code before an idle thread takes its items.
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
    return false;  // the next block of the puller needs room, too
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
