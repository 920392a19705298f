// SPDX-License-Identifier: Apache-2.0
// Results on their way to a sink: a ring of blocks, emptied in order by whoever completes the next one.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/detail/batch/item_source.hpp>
#include <covey/detail/batch/pulled_work.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/task/worker.hpp>
#include <covey/nursery.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace covey::detail {

// The options but for `window`. @throws std::invalid_argument when that is out of range
[[nodiscard]] COVEY_API batch_options without_window(const batch_options& options);

// Proofs: runtime/README.md, "Streams".
template <class Feed, class F, class R, class Sink>
struct stream_work final : pulled_work<Feed, F, std::optional<R>> {
  using base = pulled_work<Feed, F, std::optional<R>>;
  using block = typename base::block;

  // NOLINTNEXTLINE(readability-function-size): one parameter for each part
  stream_work(
      nursery& kids, const site& from, const batch_options& options, Feed feed, F& f, Sink& out)
      : base(kids, from, options, std::move(feed), f),
        sink(out),
        ring(static_cast<std::size_t>(ring_size_for(options, workers_of(*this)))) {
    this->pulls.block_window = ring.size();
    if (options.window.given()) {
      this->pulls.window = static_cast<std::uint64_t>(options.window.value());
      this->pulls.most_at_once =
          std::max<std::uint64_t>(this->pulls.window / (2 * workers_of(*this)), 1);
    }
  }

  Sink& sink;
  // Complete blocks, each at the index of its number modulo the size. The window is not larger than the ring, so that no
  // two blocks have one index.
  //   written  the block by whoever completes it, null by the thread that delivers it. seq_cst: see deliver().
  std::vector<std::atomic<block*>> ring;
  // The right to call the sink: one thread at a time, never waited for. Written like item_source::pulling.
  std::atomic<bool> delivering{false};
  std::atomic<bool> over{false};  // nothing is delivered any more; written under that right
  std::uint64_t delivered = 0;    // under that right
  std::uint64_t refused = 0;      // items at which the sink threw; under that right

  void finished(share& mine, std::uint64_t count) noexcept {
    if (count == 0) {
      return;
    }
    auto& worked_on = static_cast<block&>(*mine.block);
    if (worked_on.left.fetch_sub(count, std::memory_order_acq_rel) == count) {
      worked_on.items.clear();
      ring_at(worked_on.number).store(&worked_on, std::memory_order_seq_cst);
      deliver();
    }
  }

  // done: what the sink took. Results that it did not get any more count as stopped.
  [[nodiscard]] batch_summary summary() const {
    batch_summary sum = base::summary();
    sum.stopped += sum.done - delivered - refused;
    sum.done = delivered;
    sum.failed += refused;
    return sum;
  }

 private:
  // The size of the ring; with a window of items, the most blocks that it can hold.
  [[nodiscard]] static std::uint64_t ring_size_for(const batch_options& options,
                                                   std::uint64_t workers) noexcept {
    constexpr std::uint64_t per_worker = 8;
    constexpr std::uint64_t most = 65536;
    return options.window.given()
               ? std::min(static_cast<std::uint64_t>(options.window.value()), most)
               : per_worker * workers;
  }

  [[nodiscard]] std::atomic<block*>& ring_at(std::uint64_t number) noexcept {
    return ring[static_cast<std::size_t>(number % ring.size())];
  }
  [[nodiscard]] block* next_block() noexcept {
    if (over.load(std::memory_order_seq_cst)) {
      return nullptr;
    }
    return ring_at(this->pulls.blocks_out.load(std::memory_order_seq_cst))
        .load(std::memory_order_seq_cst);
  }

  // A thread that finds the flag set returns: the holder checks the ring once more after it has cleared the flag.
  void deliver() noexcept {
    do {
      if (delivering.exchange(true, std::memory_order_seq_cst)) {
        return;
      }
      while (block* const b = next_block()) {
        if (!hand_over(*b)) {
          over.store(true, std::memory_order_seq_cst);
          break;
        }
        retire(*b);
      }
      delivering.store(false, std::memory_order_seq_cst);
    } while (next_block() != nullptr);
  }

  // @returns false when the batch was stopped.
  [[nodiscard]] bool hand_over(block& from) noexcept {
    worker& me = *this_worker();
    std::uint64_t index = from.first;
    for (std::optional<R>& result : from.results) {
      if (me.check_wanted.load(std::memory_order_relaxed)) [[unlikely]] {
        // Lowered, lest every further item pays for a long look; raised again for what this thread does next.
        me.check_wanted.store(false, std::memory_order_seq_cst);
        if (was_stopped(*this)) {
          me.check_wanted.store(true, std::memory_order_seq_cst);
          return false;
        }
      }
      if (result && !deliver(*result, index)) {
        return false;
      }
      ++index;
    }
    return true;
  }

  // @returns whether the sink gets further results.
  [[nodiscard]] bool deliver(R& result, std::uint64_t index) noexcept {
    try {
      static_cast<void>(std::invoke(sink, std::move(result)));
      ++delivered;
      return true;
    } catch (...) {
      ++refused;
      return sink_threw(*this, index);
    }
  }

  void retire(block& empty) noexcept {
    const std::uint64_t count = empty.results.size();
    empty.results.clear();
    ring_at(empty.number).store(nullptr, std::memory_order_seq_cst);
    this->give_back(empty);
    this->pulls.pulled_out.fetch_add(count, std::memory_order_seq_cst);
    this->pulls.blocks_out.fetch_add(1, std::memory_order_seq_cst);
    offer_pull(*this);
  }
};

}  // namespace covey::detail
