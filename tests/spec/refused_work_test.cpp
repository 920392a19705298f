// SPDX-License-Identifier: Apache-2.0
// Whoever spawns can learn that the work was refused, and who joins reads how much; semantics 4.
#include "each_pool_size.hpp"

#include <atomic>
#include <latch>
#include <thread>
#include <utility>

namespace {

using covey_test::contains;
using covey_test::gate;
COVEY_EACH_POOL_SIZE(refused_work);

const auto nothing = [] { FAIL() << "refused work ran"; };

TEST_P(refused_work, is_told_by_try_run_and_try_spawn_of_a_stopped_nursery_box_and_door) {
  covey::nursery kids{here()};
  auto door = kids.open_door();
  covey::nursery_box box{here()};
  std::atomic<int> ran{0};
  const auto count = [&] { ++ran; };
  EXPECT_TRUE(kids.try_run(count) && kids.try_run("named", count));
  EXPECT_TRUE(door.try_run(count) && door.try_run("named", count));
  EXPECT_TRUE(box.try_run(count) && box.try_run("named", count));
  EXPECT_TRUE(door.try_spawn("named", count) && box.try_spawn("named", count));
  box.wait_idle();
  EXPECT_FALSE(door.stop_requested());
  kids.stop();
  box.stop();
  EXPECT_TRUE(door.stop_requested());
  EXPECT_FALSE(kids.try_run(nothing) || kids.try_run("named", nothing));
  EXPECT_FALSE(door.try_run(nothing) || door.try_run("named", nothing));
  EXPECT_FALSE(box.try_run(nothing) || box.try_run("named", nothing));
  EXPECT_FALSE(door.try_spawn(nothing) || door.try_spawn("named", nothing));
  EXPECT_FALSE(box.try_spawn(nothing) || box.try_spawn("named", nothing));
  door.close();
  kids.join();
  box.join();
}

TEST_P(refused_work, is_told_by_try_run_at_the_limit_and_after_the_join) {
  gate leave;
  covey::nursery kids{here({.limit = 1})};
  EXPECT_TRUE(kids.try_run([&] { leave.wait_in_child(); }));
  EXPECT_FALSE(kids.try_run(nothing));
  leave.open();
  kids.join();
  EXPECT_FALSE(kids.try_run(nothing));
}

TEST_P(refused_work, is_told_by_a_closed_door) {
  covey::nursery kids{here()};
  auto door = kids.open_door();
  door.close();
  EXPECT_THROW(static_cast<void>(door.try_run(nothing)), covey::structure_error);
  EXPECT_THROW(static_cast<void>(door.stop_requested()), covey::structure_error);
}

TEST_P(refused_work, is_told_at_once_under_a_parent_that_was_stopped_from_outside) {
  enum class way { try_spawn, try_run, spawn };
  for (const way how : {way::try_spawn, way::try_run, way::spawn}) {
    for (int round = 0; round < 20; ++round) {
      gate opened;
      gate stopped;
      bool refused = false;
      covey::nursery owner{here()};
      owner.run([&] {
        covey::nursery kids{here()};
        opened.open();
        stopped.wait_in_child();
        if (how == way::try_spawn) {
          refused = !kids.try_spawn(nothing).has_value();
        } else if (how == way::try_run) {
          refused = !kids.try_run(nothing);
        } else {
          refused = kids.spawn(nothing).state() == covey::task_state::never_started;
        }
        kids.join();
      });
      std::thread outside([&] {
        opened.wait();
        owner.stop("outside");
        stopped.open();
      });
      owner.join();
      outside.join();
      EXPECT_TRUE(refused) << static_cast<int>(how);
    }
  }
}

TEST_P(refused_work, is_counted_in_the_message_of_the_deadline_and_in_the_outcome) {
  covey::nursery kids{here({.name = "service", .timeout = std::chrono::milliseconds(0)})};
  for (int i = 0; i < 7; ++i) {
    kids.run(nothing);
  }
  const std::string text = covey_test::message_of<covey::timeout_error>([&] { kids.join(); });
  EXPECT_TRUE(contains(text, "7 children never started")) << text;
  const std::string end = to_string(kids.outcome());
  EXPECT_TRUE(contains(end, "7 children: 7 never started; stopped: deadline of nursery 'service'"))
      << end;
}

TEST_P(refused_work, is_counted_with_its_reason_in_the_report_of_failures) {
  covey::nursery kids{here({.name = "n"})};
  auto first = kids.spawn("x", [] { throw std::runtime_error("the first"); });
  EXPECT_THROW(first.get(), std::runtime_error);
  for (int i = 0; i < 7; ++i) {
    kids.run(nothing);
  }
  const std::string text = covey_test::message_of<covey::composite_exception>([&] { kids.join(); });
  EXPECT_TRUE(contains(text, "7 children never started: failure of 'x' in nursery 'n'")) << text;
  EXPECT_TRUE(contains(to_string(kids.outcome()),
                       "8 children: 1 failed, 7 never started; stopped: "
                       "failure of 'x' in nursery 'n'"))
      << to_string(kids.outcome());
}

TEST_P(refused_work, does_not_exist_in_the_report_of_a_nursery_that_ran_everything) {
  covey::nursery kids{here({.policy = covey::policy::supervise})};
  kids.run([] { throw std::runtime_error("alone"); });
  kids.run([] {});
  const std::string text = covey_test::message_of<covey::composite_exception>([&] { kids.join(); });
  EXPECT_FALSE(contains(text, "never started")) << text;
  EXPECT_EQ(to_string(kids.outcome()), "2 children: 1 done, 1 failed");
}

}  // namespace
