// SPDX-License-Identifier: Apache-2.0
// Spreads: batches whose items any worker may take, and the shares of the threads that work on them.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/detail/base/clock.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/worker.hpp>
#include <covey/policy.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace covey::runtime {
class crew;
}

namespace covey::detail {

struct spread;
struct item_block;
struct item_source;

// Items [first, last) of a batch.
struct item_range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  item_block* block = nullptr;  // where they lie, when they were pulled (item_source.hpp)
};

// The share of one thread, on its stack. Protocol (proof: runtime/README.md, "Spreads"): the owner raises `next`, then
// reads `end`; a thief, under the lock, lowers `end`, then reads `next`; both seq_cst, so that one sees the other.
struct alignas(128) share {
  // First item that the owner has not taken. Written by the owner; under the lock when it is lowered.
  std::atomic<std::uint64_t> next{0};
  // Behind the last item. Written under the lock.
  std::atomic<std::uint64_t> end{0};
  // Nanoseconds that an item takes, as last measured; 0: unknown. Written by the owner and by the tick.
  std::atomic<std::uint64_t> cost{0};
  // Items finished, for progress. Written by the owner.
  std::atomic<std::uint64_t> done{0};
  // The owner has to put items back that it took and has not begun. Set by the tick, together with worker::check_wanted; cleared by
  // the owner.
  std::atomic<bool> recall{false};
  std::uint64_t next_at_tick = 0;  // belongs to the tick
  std::uint64_t told = 0;          // value of `done` last told to the tracker; belongs to the owner
  // The slice of the trace that the next items belong to: when it began (ticks; 0: there is none), `done` at that time,
  // and the scope's number. Belong to the owner.
  std::uint64_t slice_begin = 0;
  std::uint64_t slice_done = 0;
  std::uint64_t slice_of = 0;
  worker* me = nullptr;
  spread* of = nullptr;
  item_block* block = nullptr;  // see item_range; written by the owner under the lock
  share* before = nullptr;      // list of the spread, under its lock
  share* after = nullptr;
};

// The batch, as the engine sees it; lies on the stack of the thread that waits for it.
struct COVEY_API spread {
  spread(scope& in, const site& from, const batch_options& options, std::uint64_t items);
  ~spread();
  spread(spread&&) = delete;
  spread& operator=(spread&&) = delete;

  scope& of;
  const site where;
  const std::uint64_t total;
  const std::uint64_t grain;  // 0: found while it runs
  std::uint64_t unit = 1;     // items of the user that one item here stands for
  std::uint64_t
      of_user;  // items of the user, for messages; 0 where nobody knows them before the end
  // Makes the child that works a stolen range off. @throws std::bad_alloc
  frame* (*make_child)(spread&, item_range) = nullptr;
  covey::throttle* throttle = nullptr;
  // More items can be pulled from there; null: the range is all there is; set under the lock.
  item_source* source = nullptr;
  const clock::time_point
      due;           // items that cannot finish by then are not started; max(): no such rule
  const bool timed;  // there is such a rule: costs are measured by covey's clock, and summed up
  runtime::crew* pool = nullptr;

  fork_mutex lock;
  share* shares = nullptr;         // guarded by lock
  std::vector<item_range> parked;  // ranges that no thread has; guarded by lock
  // Threads that have, or are about to have, a share. Written under the lock; read by the waiting owner.
  std::atomic<std::uint64_t> active{0};
  std::atomic<std::uint64_t> waiting{0};  // ranges in `parked`
  // The weight of the last item that found no room: no range is started before that much room is free. 1: none.
  std::atomic<std::uint64_t> refused{1};
  std::atomic<std::uint64_t> cost{0};  // of an item, as last measured anywhere
  std::atomic<bool> halted{false};     // no item is started any more
  // Of a timed batch: items worked off, and the nanoseconds they took together.
  std::atomic<std::uint64_t> worked{0};
  std::atomic<std::uint64_t> spent{0};
  // Of shares that have ended.
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> stopped{0};
  spread* next_in_pool = nullptr;      // guarded by the pool's list lock
  spread* next_in_throttle = nullptr;  // guarded by the throttle's lock

  // Begins a share. @pre counted in `active`.
  void begin_share(share& s, item_range range) noexcept;
  // Ends it; what is left of its range is parked. The caller stays counted in `active`.
  void end_share(share& s) noexcept;
  // Stops counting the caller.
  void quit() noexcept;
  // For the thread that waits: sleeps until there is a range for it. @returns false when the batch has ended or was
  // stopped.
  [[nodiscard]] bool next_range(item_range& range);
  // A range that was parked, for a thread whose share is used up.
  [[nodiscard]] bool unpark(share& s) noexcept;
  // Pulled items for a thread whose share is used up.
  void refill(share& s, item_range range) noexcept;
  // Wakes a worker if a permit is free and `s` is worth a theft, or items can be pulled. @returns false: this thread has to
  // park its share.
  [[nodiscard]] bool offer(share& s) const noexcept;
  // What an item took; remembered for shares to come.
  COVEY_INLINE void update_cost(std::uint64_t item_cost) noexcept {
    // Written only when it has changed much: all threads share it.
    const std::uint64_t known = cost.load(std::memory_order_relaxed);
    if (item_cost > known * 2 || item_cost < known / 2) {
      cost.store(item_cost, std::memory_order_relaxed);
    }
  }
  // Of a timed batch.
  [[nodiscard]] COVEY_INLINE clock::time_point read_clock() const noexcept {
    return timed ? clock_now() : clock::now();
  }
  void add_time(std::uint64_t items, clock::duration took) noexcept;
  // Whether an item that starts now can finish in time, by what the others took; if not, the batch halts.
  [[nodiscard]] bool in_time(clock::time_point now) noexcept;
  [[nodiscard]] std::uint64_t finished_items() noexcept;
  // Items of the user, for progress.
  [[nodiscard]] std::optional<std::uint64_t> known_total() const noexcept { return total; }
  [[nodiscard]] batch_summary summary() const;
};

// The slow path of take(): takes the lock.
COVEY_API std::uint64_t take_last(share& s, std::uint64_t next, std::uint64_t want) noexcept;
// The owner gives back what it took from `at` on.
COVEY_API void put_back(share& s, std::uint64_t at) noexcept;
// After worker::check_wanted was set: looks for a stop, and puts recalled items back (then `end` is lowered to `at`). False: stop.
COVEY_API bool check_share(share& s, std::uint64_t at, std::uint64_t& end) noexcept;
// For long items that look themselves when worker::check_wanted is set: whether the batch still wants the result.
[[nodiscard]] COVEY_API bool still_wanted(const spread& w) noexcept;

// The owner takes up to `want` items. @returns how many; 0: none are left.
[[nodiscard]] COVEY_INLINE std::uint64_t take(share& s, std::uint64_t want) noexcept {
  const std::uint64_t next = s.next.load(std::memory_order_relaxed);
  const std::uint64_t upto = next + want;
  s.next.store(upto, std::memory_order_seq_cst);
  if (upto <= s.end.load(std::memory_order_seq_cst)) [[likely]] {
    return want;
  }
  return take_last(s, next, want);
}

// How many items to take at a time: so many that taking them costs nothing, so few that a thief finds the others.
class pace {
 public:
  pace(std::uint64_t grain, std::uint64_t cost, bool one_by_one) noexcept
      : fixed_(one_by_one || grain != 0),
        block_(one_by_one ? 1 : grain) {
    if (!fixed_) {
      block_ = cost == 0 ? 1 : std::clamp<std::uint64_t>(wanted / cost, 1, most);
    }
  }
  [[nodiscard]] std::uint64_t block() const noexcept { return block_; }
  // Items between two looks at the flag of the worker.
  [[nodiscard]] std::uint64_t run() const noexcept { return block_ >= 64 ? 16 : 1; }
  // @returns nanoseconds an item took
  std::uint64_t measured(std::uint64_t items, clock::duration took) noexcept {
    const auto ns = static_cast<std::uint64_t>(std::max<clock::rep>(took.count(), 1));
    const std::uint64_t cost = ns / std::max<std::uint64_t>(items, 1);
    if (!fixed_) {
      // At most doubled, so that one odd measurement does not take a large block away.
      block_ = std::clamp<std::uint64_t>(
          wanted / std::max<std::uint64_t>(cost, 1), 1, std::min(most, block_ * 2));
    }
    return cost + 1;
  }

 private:
  // Nanoseconds a block should take. 10,000 instead of 4,000 brought one_worker_beside_a_loop (bench/micro/batch.cpp, 1 us
  // an item, 2-core Xeon VM, 2026-11) from 2.4 to about 1 % beside a plain loop.
  static constexpr std::uint64_t wanted = 10000;
  static constexpr std::uint64_t most = 4096;
  bool fixed_;
  std::uint64_t block_;
};

}  // namespace covey::detail
