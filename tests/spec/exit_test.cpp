// SPDX-License-Identifier: Apache-2.0
// What happens when the process exits while children run: they are stopped, others are waited for, but not for long.
#include "bounded.hpp"
#include "gate.hpp"

#include <covey/covey.hpp>
#include <covey/virtual_clock.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

using covey_test::bounded;
using covey_test::gate;
using namespace std::chrono_literals;

// The threadsafe style runs the statement in a process of its own, which began anew.
class at_exit : public testing::TestWithParam<int> {
 protected:
  at_exit() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  bounded bound_;
};
INSTANTIATE_TEST_SUITE_P(pools, at_exit, testing::Values(1, 2, 8), [](const auto& each) {
  return "pool_of_" + std::to_string(each.param);
});

// A child for ever, until it is asked to stop.
void sleep_long() {
  covey::this_task::sleep_for(24h);
}

// A child that hears nothing.
void sleep_deaf() {
  for (;;) {
    std::this_thread::sleep_for(1h);
  }
}

// Never destroyed, as gates are waited for by those who are left.
gate& immortal_gate() {
  return *new gate;
}

TEST_P(at_exit, a_static_box_stops_its_children) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        static covey::pool pool(GetParam());
        static covey::nursery_box box{{.pool = &pool}};
        gate& started = immortal_gate();
        box.run([&] {
          started.open();
          sleep_long();
        });
        for (int i = 0; i < 20; ++i) {
          box.run([] { sleep_long(); });
        }
        started.wait();
        std::exit(6);
      },
      testing::ExitedWithCode(6),
      "");
}

TEST_P(at_exit, a_static_box_in_the_default_pool_that_it_made_stops_its_children) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        static covey::nursery_box box;
        gate& started = immortal_gate();
        box.run([&] {
          started.open();
          sleep_long();
        });
        started.wait();
        std::exit(6);
      },
      testing::ExitedWithCode(6),
      "");
}

TEST_P(at_exit, a_box_that_a_static_object_owns_is_left_with_a_child_that_does_not_stop) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        static covey::pool pool(GetParam());
        static const auto box = std::make_unique<covey::nursery_box>(
            covey::nursery_options{.name = "left", .pool = &pool});
        gate& started = immortal_gate();
        box->run([&] {
          started.open();
          sleep_deaf();
        });
        started.wait();
        std::exit(6);
      },
      testing::ExitedWithCode(6),
      "the process exits; 1 child of the nursery 'left'");
}

[[noreturn]] void exit_with_deaf_children_in_four_pools(int size) {
  static std::unique_ptr<covey::pool> pools[4];
  static std::unique_ptr<covey::nursery_box> boxes[4];
  for (int i = 0; i < 4; ++i) {
    gate& started = immortal_gate();
    pools[i] = std::make_unique<covey::pool>(size);
    boxes[i] = std::make_unique<covey::nursery_box>(covey::nursery_options{.pool = pools[i].get()});
    boxes[i]->run([&] {
      started.open();
      sleep_deaf();
    });
    started.wait();
  }
  std::exit(6);
}

TEST_P(at_exit, several_pools_and_boxes_share_the_2_seconds) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EXIT(
      {
        ::alarm(30 * bounded::patience());
        exit_with_deaf_children_in_four_pools(GetParam());
      },
      testing::ExitedWithCode(6),
      "");
  // Each for itself they would take 8 s, or 16.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, bounded::patience() * 7s);
}

TEST_P(at_exit, a_static_nursery_stops_its_children_and_does_not_throw) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        static covey::pool pool(GetParam());
        static covey::nursery kids{{.pool = &pool}};
        kids.run([] { sleep_long(); });
        kids.run([] { sleep_long(); });
        std::exit(6);
      },
      testing::ExitedWithCode(6),
      "");
}

TEST_P(at_exit, a_child_that_a_late_end_finds_does_not_touch_a_box_that_is_gone) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        static covey::pool pool(GetParam());
        static gate& late = immortal_gate();
        struct owner {
          std::unique_ptr<covey::nursery_box> box =
              std::make_unique<covey::nursery_box>(covey::nursery_options{.pool = &pool});
          ~owner() {
            box.reset();  // after 2 s, and with a child that runs
            late.open();
            std::this_thread::sleep_for(50ms);  // a chance for it to do harm; nothing depends on it
          }
        };
        static owner all;
        gate& started = immortal_gate();
        all.box->run([&] {
          started.open();
          late.wait();
        });
        started.wait();
        std::exit(6);
      },
      testing::ExitedWithCode(6),
      "");
}

TEST_P(at_exit, a_child_of_a_static_box_exits_without_waiting_for_itself) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        static covey::pool pool(GetParam());
        static covey::nursery_box box{{.pool = &pool}};
        box.run([] {
          covey::nursery inner;
          inner.run([] { std::exit(6); });
          inner.join();
        });
        box.wait_idle();
      },
      testing::ExitedWithCode(6),
      "");
}

TEST_P(at_exit, exit_inside_a_child_runs_the_destructors_of_the_program) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        struct speaks {
          const char* what;
          ~speaks() { std::fputs(what, stderr); }
        };
        // Before and after the first use of a pool: both are destroyed, whoever exits.
        static const speaks before{"and the first one.\n"};
        covey::pool pool(GetParam());
        std::atexit([] { std::fputs("a handler, ", stderr); });
        static const speaks after{"the last one, "};
        covey::nursery_box box{{.pool = &pool}};
        box.run([] { std::exit(6); });
        box.wait_idle();
      },
      testing::ExitedWithCode(6),
      "the last one, a handler, and the first one");
}

TEST_P(at_exit, a_thread_that_never_used_covey_may_exit) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        static covey::pool pool(GetParam());
        static covey::nursery_box box{{.pool = &pool}};
        gate& started = immortal_gate();
        box.run([&] {
          started.open();
          sleep_long();
        });
        started.wait();
        std::thread([] { std::exit(6); }).join();
      },
      testing::ExitedWithCode(6),
      "");
}

TEST_P(at_exit, a_box_of_the_thread_that_exits_stops_its_children) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        static covey::pool pool(GetParam());
        thread_local covey::nursery_box of_thread{{.pool = &pool}};
        gate& started = immortal_gate();
        of_thread.run([&] {
          started.open();
          sleep_long();
        });
        started.wait();
        std::exit(6);  // destructors of the thread's own objects run first
      },
      testing::ExitedWithCode(6),
      "");
}

TEST_P(at_exit, a_living_virtual_clock_does_not_make_it_wait_for_ever) {
  EXPECT_EXIT(
      {
        ::alarm(10 * bounded::patience());
        static covey::pool pool(GetParam());
        const covey::virtual_clock clock;
        covey::nursery_box box{{.pool = &pool}};
        gate& started = immortal_gate();
        box.run([&] {
          started.open();
          sleep_deaf();
        });
        started.wait();
        std::exit(6);
      },
      testing::ExitedWithCode(6),
      "");
}

TEST_P(at_exit, outside_of_an_exit_a_box_waits_as_long_as_it_takes) {
  covey::pool pool(GetParam());
  gate leave;
  auto box = std::make_unique<covey::nursery_box>(covey::nursery_options{.pool = &pool});
  bool done = false;
  box->run([&] {
    leave.wait_in_child();
    EXPECT_FALSE(covey::this_task::stop_requested());
    done = true;
  });
  std::thread opener([&] { leave.open(); });
  box.reset();
  opener.join();
  EXPECT_TRUE(done);
}

}  // namespace
