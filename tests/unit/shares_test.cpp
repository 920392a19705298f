// SPDX-License-Identifier: Apache-2.0
// The sharing of a range alone: who gets which items, whatever the order in which owner and thieves come.
#include "batch/shares.hpp"

#include "bounded.hpp"
#include "sanitized.hpp"
#include "scope/context.hpp"

#include <covey/covey.hpp>
#include <covey/detail/batch/spread.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using covey::detail::item_range;
using covey::detail::share;
using covey::detail::spread;
using covey::detail::take;
using covey::runtime::find_range;

// Batches that nobody works on but the test.
class range_sharing : public testing::Test {
 protected:
  [[nodiscard]] static covey::detail::scope& scope_here() {
    return *covey::runtime::innermost(covey::detail::this_context());
  }
  [[nodiscard]] static bool steal(spread& from, item_range& found) {
    const std::scoped_lock guard(from.lock);
    return find_range(from, found);
  }
  // Leaves nothing to be parked.
  static void end(spread& of, share& s) {
    while (take(s, 1000) != 0) {
    }
    of.end_share(s);
  }

 private:
  covey_test::bounded bound_;
};

// A nursery for the batches, of a pool of one.
struct place_for_batches {
  covey::pool pool{1};
  covey::nursery around{{.parent = covey::root, .pool = &pool}};
};

TEST_F(range_sharing, gives_a_thief_the_upper_half_of_what_is_left) {
  const place_for_batches place;
  spread all(scope_here(), covey::site::current(), {}, 100);
  share mine;
  all.begin_share(mine, {0, 100});
  EXPECT_EQ(take(mine, 20), 20U);
  item_range found;
  ASSERT_TRUE(steal(all, found));
  EXPECT_EQ(found.first, 60U);
  EXPECT_EQ(found.last, 100U);
  EXPECT_EQ(take(mine, 30), 30U);
  EXPECT_EQ(take(mine, 30), 10U) << "the owner has what lies below";
  EXPECT_EQ(take(mine, 1), 0U);
  end(all, mine);
}

TEST_F(range_sharing, keeps_the_grain_whole) {
  const place_for_batches place;
  spread all(scope_here(), covey::site::current(), {.grain = 16}, 100);
  share mine;
  all.begin_share(mine, {0, 100});
  item_range found;
  ASSERT_TRUE(steal(all, found));
  EXPECT_EQ(found.first % 16, 0U);
  EXPECT_EQ(found.last, 100U);
  end(all, mine);
}

TEST_F(range_sharing, takes_from_the_share_with_the_most_work_left_not_the_most_items) {
  const place_for_batches place;
  spread all(scope_here(), covey::site::current(), {}, 1000);
  share many;
  share dear;
  all.begin_share(many, {0, 900});
  all.begin_share(dear, {900, 1000});
  many.cost = 100;
  dear.cost = 1'000'000;
  item_range found;
  ASSERT_TRUE(steal(all, found));
  EXPECT_EQ(found.first, 950U);
  EXPECT_EQ(found.last, 1000U);
  end(all, many);
  end(all, dear);
}

TEST_F(range_sharing, leaves_alone_what_is_not_worth_a_theft) {
  const place_for_batches place;
  spread all(scope_here(), covey::site::current(), {}, 100);
  share mine;
  all.begin_share(mine, {0, 100});
  mine.cost = covey::runtime::worth_stealing / 100;
  item_range found;
  EXPECT_FALSE(steal(all, found));
  mine.cost = covey::runtime::worth_stealing / 100 + 1;
  EXPECT_TRUE(steal(all, found));
  end(all, mine);
}

TEST_F(range_sharing, parks_what_is_left_of_a_share_and_gives_it_first) {
  const place_for_batches place;
  spread all(scope_here(), covey::site::current(), {}, 100);
  share mine;
  all.begin_share(mine, {0, 100});
  EXPECT_EQ(take(mine, 30), 30U);
  all.end_share(mine);
  share other;
  all.begin_share(other, {0, 0});
  item_range found;
  ASSERT_TRUE(steal(all, found));
  EXPECT_EQ(found.first, 30U);
  EXPECT_EQ(found.last, 100U);
  EXPECT_FALSE(steal(all, found));
  end(all, other);
}

TEST_F(range_sharing, starts_nothing_more_of_a_batch_that_was_halted) {
  const place_for_batches place;
  spread all(scope_here(), covey::site::current(), {}, 100);
  share mine;
  all.begin_share(mine, {0, 100});
  all.halted = true;
  item_range found;
  EXPECT_FALSE(steal(all, found));
  end(all, mine);
}

// Owner and thief of one share at once: every item is had by one of them.
TEST_F(range_sharing, gives_every_item_to_exactly_one_thread) {
  const place_for_batches place;
  constexpr std::uint64_t count = 1000;
  const int rounds = covey_test::sanitized ? 50 : 2000;
  for (int round = 0; round < rounds; ++round) {
    spread all(scope_here(), covey::site::current(), {}, count);
    share mine;
    all.begin_share(mine, {0, count});
    std::vector<std::atomic<int>> had(count);
    std::atomic<bool> over{false};
    std::thread thief([&] {
      while (!over) {
        item_range found;
        if (steal(all, found)) {
          for (std::uint64_t i = found.first; i < found.last; ++i) {
            ++had[i];
          }
        }
      }
    });
    for (;;) {
      const std::uint64_t first = mine.next;
      const std::uint64_t got = take(mine, 7);
      if (got == 0) {
        break;
      }
      for (std::uint64_t i = first; i < first + got; ++i) {
        ++had[i];
      }
    }
    over = true;
    thief.join();
    for (std::uint64_t i = 0; i < count; ++i) {
      ASSERT_EQ(had[i], 1) << "item " << i << " of round " << round;
    }
    end(all, mine);
  }
}

}  // namespace
