// SPDX-License-Identifier: Apache-2.0
// Random trees of nurseries: spawns, gets in any order, drops, failures, stops, foreign gets; every count must agree.
#include "bounded.hpp"
#include "counted.hpp"
#include "leaves.hpp"
#include "seed.hpp"
#include "sink_recorder.hpp"

#include <covey/covey.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using covey_test::counted;
using covey_test::dice;

struct planted : std::runtime_error {
  planted() : std::runtime_error("planted") {}
};

// One random tree; what it promises is checked on the way.
class tree {
 public:
  tree(covey::pool& pool, std::uint64_t seed) : pool_(pool), seed_(seed) {}

  void grow() {
    try {
      node(seed_, 0);
    } catch (const covey::composite_exception&) {
    } catch (const planted&) {
    } catch (const covey::cancelled&) {
    }
  }
  [[nodiscard]] int running() const noexcept { return running_.load(); }

 private:
  struct presence {
    explicit presence(std::atomic<int>& n) : count(n) { ++count; }
    presence(const presence&) = delete;
    presence& operator=(const presence&) = delete;
    ~presence() { --count; }
    std::atomic<int>& count;
  };

  int node(std::uint64_t seed, int depth) {
    const presence here(running_);
    dice roll(seed);
    if (depth >= 5 || roll.one_in(4)) {
      return leaf(roll);
    }
    covey::nursery kids(options(roll));
    std::vector<covey::future<int>> futures;
    const std::uint64_t children = roll.below(7);
    for (std::uint64_t i = 0; i < children; ++i) {
      spawn_one(kids, futures, roll, depth);
    }
    const int sum = take(futures, roll);
    if (roll.one_in(3)) {
      kids.wait_idle();
      EXPECT_EQ(kids.pending(), 0U);
    }
    if (roll.one_in(2)) {
      kids.join();
      check(kids.outcome());
    }
    return sum;
  }

  covey::nursery_options options(dice& roll) {
    covey::nursery_options options;
    options.pool = &pool_;
    options.policy = roll.one_in(2) ? covey::policy::supervise : covey::policy::fail_fast;
    if (roll.one_in(4)) {
      options.limit = static_cast<int>(1 + roll.below(4));
    }
    if (roll.one_in(8)) {
      options.parent = covey::root;
    }
    return options;
  }

  void spawn_one(covey::nursery& kids,
                 std::vector<covey::future<int>>& futures,
                 dice& roll,
                 int depth) {
    const std::uint64_t below = roll.next();
    const auto work = [this, below, depth, payload = counted(1)] {
      EXPECT_EQ(payload.value(), 1);
      return node(below, depth + 1);
    };
    switch (roll.below(6)) {
      case 0:
        kids.run(work);
        break;
      case 1:
        static_cast<void>(kids.spawn(work));
        break;
      case 2:
        if (auto taken = kids.try_spawn("tried", work)) {
          futures.push_back(std::move(*taken));
        }
        break;
      case 3:
        futures.push_back(kids.spawn("named", work));
        break;
      default:
        futures.push_back(kids.spawn(work));
        break;
    }
    if (roll.one_in(60)) {
      kids.stop("at random");
    }
  }

  static int leaf(dice& roll) {
    if (roll.one_in(40)) {
      throw planted();
    }
    if (roll.one_in(20)) {
      covey::this_task::checkpoint();
    }
    if (roll.one_in(30)) {
      covey::blocking([] { std::this_thread::yield(); });
    }
    return 1;
  }

  // Gets some, drops some, lets a foreign thread get some, and leaves the others to the nursery.
  static int take(std::vector<covey::future<int>>& futures, dice& roll) {
    int sum = 0;
    for (std::size_t i = futures.size(); i > 1; --i) {
      std::swap(futures[i - 1], futures[roll.below(i)]);
    }
    for (covey::future<int>& value : futures) {
      switch (roll.below(8)) {
        case 0:
          value = {};
          break;
        case 1:
          static_cast<void>(value.ready());
          break;
        case 2:
          value.request_stop();
          break;
        case 3:
          static_cast<void>(value.wait_for(std::chrono::microseconds(roll.below(50))));
          break;
        case 4:
          if (roll.one_in(6)) {
            std::thread foreign([mine = std::move(value)]() mutable { get(mine); });
            covey::blocking([&] { foreign.join(); });
          }
          break;
        default:
          sum += get(value);
          break;
      }
    }
    return sum;
  }

  static int get(covey::future<int>& value) {
    try {
      return value.get();
    } catch (const planted&) {
    } catch (const covey::composite_exception&) {
    } catch (const covey::cancelled&) {
    } catch (const covey::structure_error&) {
      // A stopped child's get() by the owner joins the nursery; its later gets and spawns find it closed.
    }
    return 0;
  }

  static void check(const covey::nursery_outcome& end) {
    EXPECT_EQ(end.spawned, end.done + end.failed + end.stopped + end.never_started);
    EXPECT_NE(end.state, covey::scope_state::open);
  }

  covey::pool& pool_;
  std::uint64_t seed_;
  std::atomic<int> running_{0};
};

class random_trees : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(pools, random_trees, testing::Values(1, 2, 8));

TEST_P(random_trees, keep_every_promise) {
  const covey_test::bounded bound;
  covey_test::sink_recorder sink;
  const std::uint64_t seed = covey_test::stress_seed();
  const auto end = std::chrono::steady_clock::now() + covey_test::stress_length();
  covey::pool pool{GetParam()};
  const int before = counted::alive();
  std::uint64_t trees = 0;
  do {
    tree one(pool, seed + trees);
    one.grow();
    ASSERT_EQ(one.running(), 0) << "a child outlived its nursery, seed " << seed + trees;
    ASSERT_EQ(counted::alive(), before) << "a callable leaked, seed " << seed + trees;
    ++trees;
  } while (std::chrono::steady_clock::now() < end);
  pool.shutdown();
  RecordProperty("trees", std::to_string(trees));
  static_cast<void>(sink.take());
}

}  // namespace
