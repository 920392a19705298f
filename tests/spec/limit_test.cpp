// SPDX-License-Identifier: Apache-2.0
// `.limit`: bounds the children, never deadlocks; semantics 6.
#include "each_pool_size.hpp"

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using covey_test::gate;
using covey_test::head_count;
using covey_test::visit;
COVEY_EACH_POOL_SIZE(limit);

// Whether this thread is inside a spawn of the test, to see inline runs.
thread_local bool inside_spawn = false;

TEST_P(limit, bounds_the_children_in_flight) {
  head_count inside;
  std::atomic<std::size_t> most_pending{0};
  covey::nursery kids{here({.limit = 4})};
  for (int i = 0; i < 500; ++i) {
    kids.run([&] { const visit here_now(inside); });
    most_pending = std::max(most_pending.load(), kids.pending());
  }
  kids.join();
  EXPECT_EQ(inside.entered(), 500U);
  EXPECT_LE(inside.most(), 4U);
  EXPECT_LE(most_pending.load(), 4U);
}

TEST_P(limit, of_one_lets_children_spawn_into_the_same_nursery) {
  std::atomic<int> ran{0};
  covey::nursery kids{here({.limit = 1})};
  const auto chain = [&](const auto& self, int left) -> void {
    ++ran;
    if (left > 0) {
      kids.run([&self, left] { self(self, left - 1); });
    }
  };
  kids.run([&] { chain(chain, 50); });
  kids.join();
  EXPECT_EQ(ran.load(), 51);
}

TEST_P(limit, lets_children_of_children_fill_it_from_all_sides) {
  std::atomic<int> ran{0};
  covey::nursery kids{here({.limit = 3})};
  for (int i = 0; i < 20; ++i) {
    kids.run([&] {
      ++ran;
      for (int j = 0; j < 5; ++j) {
        kids.run([&] { ++ran; });
      }
    });
  }
  kids.join();
  EXPECT_EQ(ran.load(), 120);
}

TEST(limit_of_two, counts_what_a_child_that_runs_inline_spawns) {
  const covey_test::bounded bound;
  covey::pool pool{2};
  gate started;
  gate go;
  gate full;
  gate leave;
  std::atomic<int> ran{0};
  covey::nursery kids{{.limit = 2, .pool = &pool}};
  kids.run([&] {  // on the other thread
    started.open();
    go.wait();
    kids.run([&] {  // one too many: runs inline there
      full.open();
      leave.wait();
    });
  });
  started.wait();
  kids.run([&] {
    ++ran;
    kids.run([&] { ++ran; });
  });
  go.open();
  full.wait();
  kids.run([&] {
    ++ran;
  });  // runs the queued one first, which spawns, and finds no room after it either
  leave.open();
  kids.join();
  EXPECT_EQ(ran.load(), 3);
}

TEST_P(limit, makes_a_foreign_thread_wait_for_room) {
  gate leave;
  gate second_spawned;
  gate started;
  std::atomic<bool> left{false};
  std::atomic<bool> second_ran_after{false};
  covey::nursery_box kids{here({.limit = 1})};
  std::thread foreign([&] {
    kids.run([&] {
      started.open();
      leave.wait_in_child();
      left = true;
    });
    kids.run([&] { second_ran_after = left.load(); });
    second_spawned.open();
  });
  started.wait();
  EXPECT_FALSE(second_spawned.is_open());
  leave.open();
  foreign.join();
  kids.join();
  EXPECT_TRUE(second_ran_after.load());
}

TEST_P(limit, makes_try_spawn_decline_when_it_is_reached) {
  gate leave;
  covey::nursery kids{here({.limit = 2})};
  auto first = kids.try_spawn([&] { leave.wait_in_child(); });
  auto second = kids.try_spawn([&] { leave.wait_in_child(); });
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(kids.try_spawn([] { FAIL() << "ran beyond the limit"; }).has_value());
  leave.open();
  kids.wait_idle();
  EXPECT_TRUE(kids.try_spawn([] {}).has_value());
}

TEST_P(limit, with_lend_place_never_runs_a_child_inside_spawn) {
  std::atomic<int> ran{0};
  std::atomic<int> inline_runs{0};
  covey::nursery kids{here({.limit = 2, .when_full = covey::when_full::lend_place})};
  for (int i = 0; i < 50; ++i) {
    inside_spawn = true;
    kids.run([&] {
      inline_runs += inside_spawn ? 1 : 0;
      ++ran;
    });
    inside_spawn = false;
  }
  kids.join();
  EXPECT_EQ(ran.load(), 50);
  EXPECT_EQ(inline_runs.load(), 0);
}

TEST_P(limit, absent_means_that_no_child_ever_runs_inside_spawn) {
  std::atomic<int> inline_runs{0};
  covey::nursery kids{here()};
  for (int i = 0; i < 2000; ++i) {
    inside_spawn = true;
    kids.run([&] { inline_runs += inside_spawn ? 1 : 0; });
    inside_spawn = false;
  }
  kids.join();
  EXPECT_EQ(inline_runs.load(), 0);
}

TEST_P(limit, keeps_results_and_failures_of_children_that_ran_inline) {
  covey::nursery kids{here({.policy = covey::policy::supervise, .limit = 1})};
  std::vector<covey::future<int>> values;
  for (int i = 0; i < 10; ++i) {
    values.push_back(kids.spawn([i]() -> int {
      if (i == 3) {
        throw std::runtime_error("three");
      }
      return i;
    }));
  }
  EXPECT_EQ(covey_test::failures_of([&] { kids.join(); }), std::vector<std::string>{"three"});
  for (int i = 0; i < 10; ++i) {
    if (i != 3) {
      EXPECT_EQ(values[static_cast<std::size_t>(i)].get(), i);
    }
  }
}

TEST_P(limit, room_that_the_owner_makes_in_place_is_seen_by_a_thread_that_waits_for_it) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<bool> about_to_wait{false};
    std::atomic<int> ran{0};
    covey::nursery kids{here({.limit = 1})};
    // With this child the nursery is full.
    auto own = kids.spawn([&] { ++ran; });
    std::thread foreign([&, door = kids.open_door()]() mutable {
      about_to_wait = true;
      door.run([&] { ++ran; });
    });
    while (!about_to_wait.load()) {
      std::this_thread::yield();
    }
    for (int i = 0; i < 20; ++i) {
      std::this_thread::yield();
    }
    own.get();
    kids.wait_idle();  // until the door is closed
    foreign.join();
    EXPECT_EQ(ran.load(), 2);
  }
}

}  // namespace
