// SPDX-License-Identifier: Apache-2.0
// The loop of one thread over its share: takes blocks of items, runs them, keeps failures, until the end or a stop.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/batch/item_failures.hpp>
#include <covey/detail/batch/item_room.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/batch/work_kinds.hpp>
#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/task/child.hpp>
#include <covey/detail/task/spawning.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <utility>

namespace covey::detail {

// While it lives, a thread is counted in spread::active.
class share_ticket {
 public:
  explicit share_ticket(spread& of) noexcept : of_(&of) {}
  share_ticket(share_ticket&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
  share_ticket(const share_ticket&) = delete;
  share_ticket& operator=(share_ticket&&) = delete;
  ~share_ticket() {
    if (of_ != nullptr) {
      of_->quit();
    }
  }
  [[nodiscard]] spread& of() const noexcept { return *of_; }

 private:
  spread* of_;
};

// Items [at, stop). The index stays in a register: `at` is written when the last item has ended, or one threw.
template <works_items Work>
COVEY_INLINE void run_some(Work& w, std::uint64_t& at, std::uint64_t stop) {
  struct cursor {
    std::uint64_t now;
    std::uint64_t& at;
    COVEY_INLINE ~cursor() { at = now; }
  } here{at, at};
  auto&& hand = in_hand(w);
  for (; here.now < stop; ++here.now) {
    hand.item(here.now);
  }
}

// Until `end`, or an exception; looks at the flag of the worker after every `run` items. @returns false: stop.
template <works_items Work>
[[nodiscard]] COVEY_INLINE bool run_items(
    Work& w, share& s, std::uint64_t& at, std::uint64_t& end, std::uint64_t run) {
  const worker& me = *s.me;
  while (at < end) {
    const std::uint64_t stop = std::min(end, at + run);
    run_some(w, at, stop);
    if (me.check_wanted.load(std::memory_order_relaxed) && !check_share(s, at, end)) [[unlikely]] {
      return false;
    }
  }
  return true;
}

// Inside a handler: checks whether the range has shrunk, which may have made the item throw. Then the batch halts, and the
// item is not accessed any more.
template <works_items Work>
[[nodiscard]] bool range_broke(Work& w, std::uint64_t last) noexcept {
  try {
    w.check(last);
    return false;
  } catch (...) {
    range_failed(detail::spread_of(w));
    return true;
  }
}

// Items [at, end) that this thread has taken. `at` moves on; `end` is lowered when the others are wanted back.
// @returns whether the thread goes on.
template <works_items Work>
[[nodiscard]] bool work_block(
    Work& w, share& s, std::uint64_t& at, std::uint64_t& end, std::uint64_t run) {
  std::uint64_t good = at;  // items from here to `at` ended with a value
  const auto count_good = [&] {
    if (good < at) {
      w.built(good, at);
      s.done.store(s.done.load(std::memory_order_relaxed) + (at - good), std::memory_order_relaxed);
    }
  };
  for (;;) {
    bool go_on = false;
    try {
      if (at < end) {
        w.check(end);
      }
      go_on = run_items(w, s, at, end, run);
      count_good();
      return go_on;
    } catch (...) {
      count_good();
      if (range_broke(w, end)) {
        return false;
      }
      go_on = w.threw(at);
    }
    good = ++at;
    if (!go_on) {
      return false;
    }
  }
}

enum class item_end : std::uint8_t { go_on, stop, no_room };

// One item under a throttle.
template <works_items Work>
[[nodiscard]] item_end work_throttled(Work& w, share& s, std::uint64_t at) {
  std::uint64_t end = at + 1;
  try {
    w.check(end);
    const item_room<Work> room(w, at);
    if (!room.here()) {
      return item_end::no_room;
    }
    return work_block(w, s, at, end, 1) ? item_end::go_on : item_end::stop;
  } catch (...) {
    if (range_broke(w, at + 1)) {
      return item_end::stop;
    }
    return w.threw(at) ? item_end::go_on : item_end::stop;
  }
}

// More items for a share that is used up: a range that was parked, or up to `want` items that are pulled.
template <spreads_items Work>
[[nodiscard]] bool refill_share(Work& w, share& s, std::uint64_t want) {
  if (w.unpark(s)) {
    return true;
  }
  if constexpr (pulls_items<Work>) {
    return w.pull(s, want);
  }
  return false;
}

// Works on a range, except for what thieves take of it, then on parked ranges and pulled items.
template <spreads_items Work>
void work_off(Work& w, item_range range) {
  share mine;
  w.begin_share(mine, range);
  auto&& items = seen_from(w, mine);
  pace steps(w.grain, w.cost.load(std::memory_order_relaxed), w.throttle != nullptr);
  clock::time_point then = w.read_clock();
  std::uint64_t none = 0;
  bool on = check_share(mine, none, none);  // under a stopped nursery nothing starts
  while (on && !w.halted.load(std::memory_order_relaxed)) {
    if (w.timed && !w.in_time(then)) [[unlikely]] {
      break;
    }
    const std::uint64_t count = take(mine, steps.block());
    if (count == 0) {
      if (!refill_share(w, mine, steps.block())) {
        break;
      }
      continue;
    }
    std::uint64_t end = mine.next.load(std::memory_order_relaxed);
    const std::uint64_t first = end - count;
    std::uint64_t at = first;
    item_end how = item_end::go_on;
    if (w.throttle != nullptr) {
      how = work_throttled(items, mine, at);
      at = first + 1;
    } else if (!work_block(items, mine, at, end, steps.run())) {
      how = item_end::stop;
    }
    if (how == item_end::no_room) {
      put_back(mine, first);
      break;
    }
    const clock::time_point now = w.read_clock();
    const std::uint64_t cost = steps.measured(at - first, now - then);
    mine.cost.store(cost, std::memory_order_relaxed);
    w.update_cost(cost);
    if (w.timed) [[unlikely]] {
      w.add_time(at - first, now - then);
    }
    then = now;
    if constexpr (pulls_items<Work>) {
      w.finished(mine, at - first);
      then = w.read_clock();  // the sink's time is not the items'
    }
    if (how == item_end::stop) {
      put_back(mine, at);
      break;
    }
    on = w.offer(mine);
  }
  w.end_share(mine);
}

// The child that a thief makes of a stolen range.
template <
    spreads_items Work>  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): an aggregate
struct share_child {
  share_ticket ticket;
  item_range range;
  void operator()() { work_off(static_cast<Work&>(ticket.of()), range); }
};

template <spreads_items Work>
[[nodiscard]] frame* make_share_child(spread& w, item_range range) {
  using made = child<share_child<Work>, false>;
  frame* const f = allocate_frame(made::table);
  fill_frame<made>(f, w.of, w.where, {}, share_child<Work>{share_ticket(w), range});
  return f;
}

// Runs the whole batch on the calling thread and on helping workers. Returns when no item runs any more.
template <spreads_items Work>
void work_all(Work& w) {
  item_range range{0, w.total};
  {
    // The pool knows of the batch since it was made.
    const std::scoped_lock guard(w.lock);
    w.make_child = &make_share_child<Work>;
    if constexpr (pulls_items<Work>) {
      w.source = &w.pulls;
    }
    w.active.fetch_add(1, std::memory_order_seq_cst);
  }
  do {
    const share_ticket ticket(w);
    if (range.first < range.last || w.source != nullptr) {
      work_off(w, range);
    }
  } while (w.next_range(range));
}

}  // namespace covey::detail
