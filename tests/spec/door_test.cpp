// SPDX-License-Identifier: Apache-2.0
// nursery::door: how foreign threads spawn, semantics 4.
#include "each_pool_size.hpp"

#include <atomic>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace {

using covey_test::gate;
COVEY_EACH_POOL_SIZE(door);

static_assert(std::is_nothrow_move_constructible_v<covey::nursery::door>);
static_assert(!std::is_copy_constructible_v<covey::nursery::door>);

TEST_P(door, counts_as_a_child) {
  covey::nursery kids{here()};
  {
    const auto entry = kids.open_door();
    EXPECT_EQ(kids.pending(), 1U);
  }
  EXPECT_EQ(kids.pending(), 0U);
}

TEST_P(door, keeps_the_nursery_open_until_it_is_dropped) {
  std::atomic<int> ran{0};
  gate go;
  std::thread foreign;
  {
    covey::nursery kids{here()};
    foreign = std::thread([&, entry = std::make_optional(kids.open_door())]() mutable {
      go.wait();
      for (int i = 0; i < 10; ++i) {
        entry->run([&] { ++ran; });
      }
      entry.reset();
    });
    kids.run([&] { go.open(); });
  }
  EXPECT_EQ(ran.load(), 10);
  foreign.join();
}

TEST_P(door, is_movable_and_the_moved_from_one_no_longer_counts) {
  covey::nursery kids{here()};
  auto first = kids.open_door();
  auto second = std::move(first);
  EXPECT_EQ(kids.pending(), 1U);
  second.run([] {});
  EXPECT_THROW(first.run([] { FAIL(); }),
               covey::structure_error);  // NOLINT(bugprone-use-after-move)
  { const auto last = std::move(second); }
  kids.wait_idle();
  EXPECT_EQ(kids.pending(), 0U);
}

TEST_P(door, runs_named_children_and_children_without_a_future) {
  std::atomic<int> ran{0};
  covey::nursery kids{here()};
  std::thread foreign([&, entry = kids.open_door()]() mutable {
    entry.run("named", [&] { ran += covey::this_task::name().view() == "named" ? 1 : 100; });
    entry.run([&] { ++ran; });
    auto value = entry.spawn("third", [&] { return ++ran; });
    static_cast<void>(value.get());
  });
  foreign.join();
  kids.join();
  EXPECT_EQ(ran.load(), 3);
}

TEST_P(door, spawn_after_a_stop_starts_nothing) {
  covey::nursery kids{here()};
  covey::future<void> late;
  std::thread foreign([&, entry = kids.open_door()]() mutable {
    kids.stop();
    late = entry.spawn([] { FAIL() << "ran after the stop"; });
  });
  foreign.join();
  kids.join();
  EXPECT_EQ(late.state(), covey::task_state::never_started);
}

TEST_P(door, failures_of_its_children_are_the_nursery_s) {
  const auto scope = [&] {
    covey::nursery kids{here()};
    std::thread foreign([entry = kids.open_door()]() mutable {
      entry.run([] { throw std::runtime_error("through the door"); });
    });
    foreign.join();
  };
  EXPECT_EQ(covey_test::failures_of(scope), std::vector<std::string>{"through the door"});
}

TEST_P(door, many_threads_may_each_hold_one) {
  std::atomic<int> ran{0};
  std::vector<std::thread> foreign;
  {
    covey::nursery kids{here()};
    for (int t = 0; t < 8; ++t) {
      foreign.emplace_back([&ran, entry = std::make_optional(kids.open_door())]() mutable {
        for (int i = 0; i < 50; ++i) {
          entry->run([&ran] { ++ran; });
        }
        entry.reset();
      });
    }
  }
  EXPECT_EQ(ran.load(), 400);
  for (std::thread& thread : foreign) {
    thread.join();
  }
}

}  // namespace
