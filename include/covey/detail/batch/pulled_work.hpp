// SPDX-License-Identifier: Apache-2.0
// Batches whose items are pulled in blocks by whoever needs some: for each, with results, with outcomes.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/detail/batch/item_call.hpp>
#include <covey/detail/batch/item_failures.hpp>
#include <covey/detail/batch/item_filler.hpp>
#include <covey/detail/batch/item_source.hpp>
#include <covey/detail/batch/pulled_feed.hpp>
#include <covey/detail/batch/share_work.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/item_outcome.hpp>
#include <covey/nursery.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace covey::detail {

// A cell takes what the function returns for its item.
template <class F, class Item>
COVEY_INLINE void fill_cell(no_result& /*cell*/, F& work, Item&& item) {
  static_cast<void>(call_for_item(work, std::forward<Item>(item)));
}
template <class R, class F, class Item>
COVEY_INLINE void fill_cell(std::optional<R>& cell, F& work, Item&& item) {
  cell.emplace(call_for_item(work, std::forward<Item>(item)));
}
template <class R, class F, class Item>
COVEY_INLINE void fill_cell(item_outcome<R>& cell, F& work, Item&& item) {
  if constexpr (std::is_void_v<R>) {
    call_for_item(work, std::forward<Item>(item));
    outcome_access::set_done(cell);
  } else {
    outcome_access::set_value(
        cell, [&]() -> decltype(auto) { return call_for_item(work, std::forward<Item>(item)); });
  }
}

template <class Feed, class F, class Cell>
struct pulled_work : spread {
  using block = pulled_block<typename Feed::kept, Cell>;
  static constexpr bool keeps_outcomes = !std::is_same_v<Cell, no_result> && requires(Cell & c) {
    c.state();
  };
  static constexpr bool keeps_results = !std::is_same_v<Cell, no_result>;

  pulled_work(nursery& kids, const site& from, const batch_options& options, Feed feed, F& f)
      : spread(nursery_access::of(kids), from, options, 0),
        items(std::move(feed)),
        work(f) {
    of_user = items.size().value_or(0);
  }
  pulled_work(pulled_work&&) = delete;
  pulled_work& operator=(pulled_work&&) = delete;
  ~pulled_work() {
    const std::scoped_lock guard(lock);
    source = nullptr;  // the pool knows of the batch a little longer
  }

  Feed items;
  F& work;
  item_source pulls;
  std::vector<std::unique_ptr<block>> blocks;  // all, in order while none is spare; under the role
  item_block* spare = nullptr;                 // guarded by lock

  // What a thread with a share sees: the items of the share's block.
  struct view {
    pulled_work& of;
    share& mine;
    [[nodiscard]] COVEY_INLINE block& here() const { return static_cast<block&>(*mine.block); }
    COVEY_INLINE void item(std::uint64_t i) const { of.call(here(), i); }
    [[nodiscard]] std::uint64_t weight(std::uint64_t i) const {
      return weight_of_item(of.work, of.items.peek(here(), i));
    }
    [[nodiscard]] bool threw(std::uint64_t i) const { return of.item_in_block_threw(here(), i); }
    void built(std::uint64_t /*from*/, std::uint64_t /*to*/) const noexcept {}
    void check(std::uint64_t last) const { of.items.check(last); }
  };
  [[nodiscard]] view seen_from(share& mine) { return {*this, mine}; }

  COVEY_INLINE void call(block& in, std::uint64_t i) {
    if constexpr (keeps_results) {
      fill_cell(in.results[static_cast<std::size_t>(i - in.first)], work, items.at(in, i));
    } else {
      static_cast<void>(call_for_item(work, items.at(in, i)));
    }
  }

  [[nodiscard]] bool item_in_block_threw(block& in, std::uint64_t i) {
    const label what = describe_item(i, [&]() -> decltype(auto) { return items.peek(in, i); });
    return settle_failed_item(in, i, what);
  }
  [[nodiscard]] bool settle_failed_item(block& in, std::uint64_t i, const label& what) {
    if constexpr (keeps_outcomes) {
      bool go_on = true;
      outcome_access::set_error(in.results[static_cast<std::size_t>(i - in.first)],
                                detail::item_failed(*this, what, go_on));
      return go_on;
    } else {
      return detail::item_threw(*this, i, what);
    }
  }

  // @returns whether there is something in the share now.
  [[nodiscard]] bool pull(share& mine, std::uint64_t want) {
    item_range got;
    {
      const pull_role role(pulls);
      if (!role.here()) {
        return false;
      }
      got = pull_block(pulls.dare(std::min({want, pulls.room(), pulls.most_at_once})), *mine.me);
    }
    if (got.first < got.last) {
      refill(mine, got);
    }
    offer_pull(*this);
    return got.first < got.last;
  }

  // So many items of the share's block have been worked on.
  void finished(share& mine, std::uint64_t count) noexcept {
    if (count == 0) {
      return;
    }
    auto& done_with = static_cast<block&>(*mine.block);
    if (done_with.left.fetch_sub(count, std::memory_order_acq_rel) == count) {
      done_with.items.clear();
      if constexpr (!keeps_results) {
        give_back(done_with);
      }
    }
  }
  void give_back(block& empty) noexcept {
    const std::scoped_lock guard(lock);
    empty.next = spare;
    spare = &empty;
  }

  // Under the role: one with room for so many items behind those that were pulled.
  [[nodiscard]] block& new_block(std::uint64_t want) {
    block& made = empty_block();
    made.first = pulls.pulled.load(std::memory_order_relaxed);
    if constexpr (!std::is_same_v<typename Feed::kept, no_result>) {
      made.items.reserve(static_cast<std::size_t>(want));
    }
    if constexpr (keeps_results) {
      made.results.reserve(static_cast<std::size_t>(want));
    }
    const std::scoped_lock guard(lock);
    pulls.open = &made;
    return made;
  }

  [[nodiscard]] std::optional<std::uint64_t> known_total() const noexcept { return items.size(); }
  [[nodiscard]] bool all_pulled() const noexcept {
    return pulls.ended.load(std::memory_order_seq_cst);
  }
  [[nodiscard]] batch_summary summary() const {
    batch_summary sum = spread::summary();
    sum.total = pulls.pulled.load(std::memory_order_seq_cst);
    if (!all_pulled()) {
      sum.total = std::max(sum.total, items.size().value_or(0));
    }
    sum.never_started = sum.total - sum.done - sum.failed - sum.stopped;
    return sum;
  }

 private:
  [[nodiscard]] block& empty_block() {
    {
      const std::scoped_lock guard(lock);
      if (spare != nullptr) {
        return static_cast<block&>(*std::exchange(spare, spare->next));
      }
    }
    return *blocks.emplace_back(std::make_unique<block>());
  }

  // Under the role. @returns the items that were pulled and not taken by others, perhaps none.
  [[nodiscard]] item_range pull_block(std::uint64_t want, const worker& me) {
    if (want == 0 || !still_wanted(*this)) {
      return {};
    }
    item_filler<pulled_work> fill(*this, want);
    const clock::time_point begin = clock::now();
    try {
      if (!items.pull(fill, want, me)) {
        pulls.ended.store(true, std::memory_order_seq_cst);
      }
    } catch (...) {
      fill.exit_range();
      pull_failed(fill);
    }
    const auto took = static_cast<std::uint64_t>((clock::now() - begin).count());
    pulls.pull_cost.store(took / std::max<std::uint64_t>(fill.total(), 1),
                          std::memory_order_relaxed);
    const std::uint64_t count = fill.count();
    if (count == 0) {
      return {};
    }
    block& into = *fill.into();
    into.number = pulls.blocks.load(std::memory_order_relaxed);
    into.left.store(count, std::memory_order_relaxed);
    pulls.pulled.fetch_add(count, std::memory_order_seq_cst);
    pulls.blocks.fetch_add(1, std::memory_order_seq_cst);
    return {into.first, into.first + count, &into};
  }

  // Inside a handler: there is no item behind those that were pulled. It counts as one that failed.
  void pull_failed(item_filler<pulled_work>& fill) noexcept {
    pulls.ended.store(true, std::memory_order_seq_cst);
    block* into = fill.into();
    if constexpr (keeps_results) {
      try {
        into = &fill.room();
        into->results.resize(static_cast<std::size_t>(fill.count()) + 1);
      } catch (...) {
        into = nullptr;  // no memory for its cell
      }
    }
    const std::uint64_t index =
        (into != nullptr ? into->first : pulls.pulled.load(std::memory_order_relaxed)) +
        fill.count();
    pulls.pulled.fetch_add(1, std::memory_order_seq_cst);
    const label what = name_of_pull(index);
    if (into != nullptr) {
      static_cast<void>(settle_failed_item(*into, index, what));
    } else {
      static_cast<void>(detail::item_threw(*this, index, what));
    }
  }
};

}  // namespace covey::detail
