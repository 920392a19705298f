// SPDX-License-Identifier: Apache-2.0
// Ranges that keep the thread waiting which pulls from them: what was pulled before is worked on meanwhile, by others.
#include "batches.hpp"
#include "each_pool_size.hpp"
#include "pulled_sources.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

namespace {

using covey_test::in;
using covey_test::made_on_demand;
COVEY_EACH_POOL_SIZE(waiting_sources);

/// Lets its source go on when so many items were worked on.
class tally {
 public:
  void add() {
    const std::lock_guard hold(mutex_);
    ++count_;
    changed_.notify_all();
  }
  void wait_for(std::uint64_t count) {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [&] { return count_ >= count; });
  }
  [[nodiscard]] std::uint64_t count() {
    const std::lock_guard hold(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t count_ = 0;
};

constexpr std::uint64_t burst = 3'001;
constexpr std::uint64_t bursts = 4;

/// Gives bursts of items, each after all before it were worked on.
auto in_bursts(tally& worked) {
  return made_on_demand(
      [&worked](std::uint64_t i) {
        if (i % burst == 0) {
          worked.wait_for(i);
        }
        return i;
      },
      burst * bursts);
}

TEST_P(waiting_sources, may_wait_for_their_own_items_in_for_each) {
  tally worked;
  covey_test::visits seen(burst * bursts);
  auto source = in_bursts(worked);
  covey::for_each(
      source,
      [&](std::uint64_t i) {
        seen(i);
        worked.add();
      },
      in(pool()));
  EXPECT_TRUE(seen.each_once());
}

TEST_P(waiting_sources, may_wait_for_their_own_items_in_map) {
  tally worked;
  auto source = in_bursts(worked);
  const std::vector<std::uint64_t> results = covey::map(
      source,
      [&](std::uint64_t i) {
        worked.add();
        return i * 2;
      },
      in(pool()));
  ASSERT_EQ(results.size(), burst * bursts);
  for (std::uint64_t i = 0; i < results.size(); ++i) {
    ASSERT_EQ(results[i], i * 2);
  }
}

TEST_P(waiting_sources, may_wait_for_their_own_items_in_map_outcomes) {
  tally worked;
  auto source = in_bursts(worked);
  const auto results = covey::map_outcomes(
      source,
      [&](std::uint64_t i) {
        worked.add();
        return i * 2;
      },
      in(pool()));
  ASSERT_EQ(results.size(), burst * bursts);
  for (std::uint64_t i = 0; i < results.size(); ++i) {
    ASSERT_EQ(results[i].value(), i * 2);
  }
}

TEST_P(waiting_sources, may_wait_until_the_sink_has_had_their_items) {
  tally delivered;
  auto source = in_bursts(delivered);
  std::vector<std::uint64_t> got;
  covey::stream(
      source,
      [](std::uint64_t i) { return i * 2; },
      [&](std::uint64_t i) {
        got.push_back(i);
        delivered.add();
      },
      in(pool()));
  ASSERT_EQ(got.size(), burst * bursts);
  for (std::uint64_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i], i * 2);
  }
}

TEST_P(waiting_sources, may_wait_until_the_sink_has_had_their_items_within_a_window) {
  tally delivered;
  auto source = in_bursts(delivered);
  std::uint64_t got = 0;
  covey::stream(
      source,
      [](std::uint64_t i) { return i; },
      [&](std::uint64_t i) {
        EXPECT_EQ(i, got++);
        delivered.add();
      },
      in(pool(), {.window = 64}));
  EXPECT_EQ(got, burst * bursts);
}

/// A work list: the range waits for what the items add.
class work_list {
 public:
  void add(int item) {
    const std::lock_guard hold(mutex_);
    todo_.push_back(item);
    ++open_;
    changed_.notify_one();
  }
  void finish() {
    const std::lock_guard hold(mutex_);
    --open_;
    changed_.notify_all();
  }
  [[nodiscard]] std::optional<int> take() {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [this] { return !todo_.empty() || open_ == 0; });
    if (todo_.empty()) {
      return std::nullopt;
    }
    const int item = todo_.front();
    todo_.pop_front();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> todo_;
  int open_ = 0;
};

class taken_from {
 public:
  explicit taken_from(work_list& list) : list_(&list) {}
  class iterator {
   public:
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;
    explicit iterator(work_list& list) : list_(&list), at_(list.take()) {}
    int operator*() const { return *at_; }
    iterator& operator++() {
      at_ = list_->take();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& it, std::default_sentinel_t /*end*/) { return !it.at_; }

   private:
    work_list* list_;
    std::optional<int> at_;
  };
  iterator begin() { return iterator(*list_); }
  static std::default_sentinel_t end() { return {}; }

 private:
  work_list* list_;
};

// Uneven on purpose: what is there is never as much as a block that grows by doubling.
int items_below(int depth) {
  return depth == 0 ? 0 : depth % 3 == 0 ? 1 : depth % 3;
}
int items_in_all(int depth) {
  return depth == 0 ? 1 : 1 + items_below(depth) * items_in_all(depth - 1);
}

TEST_P(waiting_sources, may_be_work_lists_that_the_items_fill) {
  constexpr int depth = 24;
  work_list list;
  list.add(depth);
  std::atomic<int> ran{0};
  covey::for_each(
      taken_from(list),
      [&](int below) {
        ran.fetch_add(1, std::memory_order_relaxed);
        for (int i = 0; i < items_below(below); ++i) {
          list.add(below - 1);
        }
        list.finish();
      },
      in(pool()));
  EXPECT_EQ(ran.load(), items_in_all(depth));
}

TEST_P(waiting_sources, whose_wait_ends_in_a_failure_lose_no_item) {
  tally worked;
  auto source = made_on_demand([&worked](std::uint64_t i) {
    if (i == burst) {
      worked.wait_for(burst);
      throw std::runtime_error("the source broke");
    }
    return i;
  });
  covey_test::visits seen(burst);
  EXPECT_THROW(covey::for_each(
                   source,
                   [&](std::uint64_t i) {
                     seen(i);
                     worked.add();
                   },
                   in(pool())),
               covey::composite_exception);
  EXPECT_TRUE(seen.each_once());
}

TEST_P(waiting_sources,
       whose_wait_ends_in_a_failure_have_an_outcome_for_each_item_and_for_the_failure) {
  tally worked;
  auto source = made_on_demand([&worked](std::uint64_t i) {
    if (i == burst) {
      worked.wait_for(burst);
      throw std::runtime_error("the source broke");
    }
    return i;
  });
  const auto results = covey::map_outcomes(
      source,
      [&](std::uint64_t i) {
        worked.add();
        return i;
      },
      in(pool()));
  ASSERT_EQ(results.size(), burst + 1);
  for (std::uint64_t i = 0; i < burst; ++i) {
    ASSERT_EQ(results[i].value(), i);
  }
  EXPECT_EQ(results[burst].state(), covey::item_state::failed);
}

}  // namespace
