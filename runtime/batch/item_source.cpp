// SPDX-License-Identifier: Apache-2.0
// Pulled items: when one more worker is useful, who wakes it, and how many items are pulled after a wait.
#include "base/barrier.hpp"
#include "batch/shares.hpp"
#include "outcome/failures.hpp"
#include "outcome/stop.hpp"
#include "pool/crew.hpp"
#include "scope/context.hpp"

#include <covey/detail/batch/item_room.hpp>
#include <covey/detail/batch/item_source.hpp>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <mutex>
#include <string_view>

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
  // One thread pulls at a time: the items that it pulls keep `cost / pull_cost` workers busy.
  const std::uint64_t active = of.active.load(std::memory_order_seq_cst);
  const std::uint64_t cost = of.cost.load(std::memory_order_relaxed);
  return active == 0 || cost == 0 ||
         (2 * active + 1) * pull_cost.load(std::memory_order_relaxed) <= 2 * cost;
}

bool has_asymmetric_fence() noexcept {
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
    cuts /= allowed > most_in_block ? 2 : 1;  // many items were pulled without a wait
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
  // The range kept the puller waiting while it held items. If that happens again and again, the range waits for those
  // items.
  constexpr std::uint64_t most_cuts = 10;
  from.cuts = std::min(from.cuts + 1, most_cuts);
  from.single_pulls = (std::uint64_t{1} << from.cuts) - 2;
  from.allowed = 1;
  return true;
}

void offer_pull(spread& w) noexcept {
  if (w.pool->has_idle_permit() && has_room(w) && runtime::can_pull(w)) {
    w.pool->wake_one();
  }
}

std::uint64_t workers_of(const spread& w) noexcept {
  return w.pool->size();
}

bool was_stopped(const spread& w) noexcept {
  runtime::inherit_new_stops(runtime::record_of(*this_worker()));
  runtime::inherit_stops(body_of(&w.of));
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
