// SPDX-License-Identifier: Apache-2.0
// Pulled items: when one more worker is of use, and who wakes it.
#include "context.hpp"
#include "crew.hpp"
#include "failures.hpp"
#include "shares.hpp"
#include "stop.hpp"

#include <covey/detail/item_source.hpp>

#include <array>
#include <cinttypes>
#include <cstdio>
#include <string_view>

namespace covey::detail {

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
