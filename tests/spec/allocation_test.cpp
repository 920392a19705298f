// SPDX-License-Identifier: Apache-2.0
// Memory: row 1 of the robustness table (bad_alloc at every allocation), and the fast path that allocates nothing.
#include "bounded.hpp"
#include "leaves.hpp"
#include "replace_new.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <new>
#include <optional>
#include <string>

namespace {

using covey_test::bounded;
using covey_test::failing_allocation;

class allocation : public testing::TestWithParam<int> {
 protected:
  bounded bound_;
  covey::pool pool_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(pools, allocation, testing::Values(1, 2, 8));

// What one round saw, gathered without allocating.
struct round_result {
  int spawned = 0;       // spawns that returned
  int refused = 0;       // spawns that threw bad_alloc
  unsigned failing = 0;  // children spawned to fail
  bool join_threw = false;
};

// Spawns children of every kind, some of which fail; the n-th allocation fails.
void one_round(covey::pool& pool, std::int64_t n, std::atomic<int>& ran, round_result& seen) {
  try {
    covey::nursery kids{{.policy = covey::policy::supervise, .pool = &pool}};
    const failing_allocation armed(n);
    for (int i = 0; i < 6; ++i) {
      try {
        if (i % 2 == 0) {
          kids.run([&ran] {
            ++ran;
            throw 42;
          });
        } else {
          static_cast<void>(kids.spawn("a named child", [&ran, i] {
            ++ran;
            return i;
          }));
        }
        ++seen.spawned;
        seen.failing += i % 2 == 0 ? 1U : 0U;
      } catch (const std::bad_alloc&) {
        ++seen.refused;
      }
    }
    kids.join();
  } catch (const covey::composite_exception& all) {
    failing_allocation::disarm();
    seen.join_threw = true;
    EXPECT_EQ(all.size() + all.not_kept(), seen.failing);
  } catch (const std::bad_alloc&) {
    failing_allocation::disarm();
    seen.join_threw = true;
  }
  failing_allocation::disarm();
}

TEST_P(allocation, row_01_bad_alloc_at_the_nth_allocation_loses_nothing) {
  std::atomic<int> warm{0};
  round_result first;
  one_round(pool_, -1, warm, first);
  EXPECT_EQ(warm.load(), 6);
  for (std::int64_t n = 1; n < 1000; ++n) {
    std::atomic<int> ran{0};
    round_result seen;
    one_round(pool_, n, ran, seen);
    EXPECT_EQ(ran.load(), seen.spawned) << "allocation " << n;
    EXPECT_EQ(seen.spawned + seen.refused, 6) << "allocation " << n;
    EXPECT_TRUE(seen.join_threw) << "allocation " << n;
    if (!failing_allocation::hit()) {
      SUCCEED() << n - 1 << " allocations were tried";
      return;
    }
  }
  FAIL() << "never came to an end";
}

TEST_P(allocation, row_01_bad_alloc_in_a_cold_pool_loses_nothing) {
  for (std::int64_t n = 1; n < 1000; ++n) {
    covey::pool cold{GetParam()};
    std::atomic<int> ran{0};
    round_result seen;
    one_round(cold, n, ran, seen);
    EXPECT_EQ(ran.load(), seen.spawned) << "allocation " << n;
    if (!failing_allocation::hit()) {
      return;
    }
  }
  FAIL() << "never came to an end";
}

TEST_P(allocation, row_01_bad_alloc_while_a_pool_or_a_nursery_is_made_is_thrown) {
  bool all_tried = false;
  for (std::int64_t n = 1; n < 1000 && !all_tried; ++n) {
    const failing_allocation armed(n);
    try {
      covey::pool made{GetParam()};
      covey::nursery kids{{.name = "named", .limit = 3, .pool = &made}};
      all_tried = !failing_allocation::hit();
    } catch (const std::bad_alloc&) {
      SUCCEED();
    } catch (const covey::pool_error&) {
      SUCCEED() << "the system refused a thread for want of memory";
    }
  }
  EXPECT_TRUE(all_tried);
}

TEST_P(allocation, a_child_that_was_not_stolen_costs_none_after_warm_up) {
  covey::nursery kids{{.pool = &pool_}};
  const auto spawn_and_get = [&] {
    int sum = 0;
    for (int i = 0; i < 1000; ++i) {
      auto value = kids.spawn([i] { return i; });
      sum += value.get();
    }
    return sum;
  };
  EXPECT_EQ(spawn_and_get(), 499500);
  // Thieves may disturb a round; not every one.
  std::uint64_t fewest = std::numeric_limits<std::uint64_t>::max();
  for (int round = 0; round < 50 && fewest != 0; ++round) {
    const std::uint64_t before = covey_test::allocations_here;
    static_cast<void>(spawn_and_get());
    fewest = std::min(fewest, covey_test::allocations_here - before);
  }
  EXPECT_EQ(fewest, 0U);
}

TEST_P(allocation, an_inner_nursery_with_two_children_costs_none_after_warm_up) {
  covey::nursery outer{{.pool = &pool_}};
  const auto fork_join = [] {
    int sum = 0;
    for (int i = 0; i < 300; ++i) {
      covey::nursery kids;
      auto a = kids.spawn([i] { return i; });
      auto b = kids.spawn([i] { return -i; });
      sum += b.get() + a.get();
    }
    return sum;
  };
  EXPECT_EQ(fork_join(), 0);
  std::uint64_t fewest = std::numeric_limits<std::uint64_t>::max();
  for (int round = 0; round < 50 && fewest != 0; ++round) {
    const std::uint64_t before = covey_test::allocations_here;
    static_cast<void>(fork_join());
    fewest = std::min(fewest, covey_test::allocations_here - before);
  }
  EXPECT_EQ(fewest, 0U);
}

}  // namespace
