// SPDX-License-Identifier: Apache-2.0
// Children that sleep in something covey does not see (semantics 7): others get their permits, one after the other.
#include "each_pool_size.hpp"

#include <covey/watchdog.hpp>

#include <atomic>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using covey_test::gate;
using covey_test::head_count;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(unseen_sleep);

TEST_P(unseen_sleep, lets_more_children_than_the_pool_has_threads_meet_at_a_barrier) {
  const auto children = static_cast<std::ptrdiff_t>(size()) + 6;
  std::barrier meet(children);
  std::atomic<std::ptrdiff_t> done{0};
  covey::nursery kids{here()};
  for (std::ptrdiff_t i = 0; i < children; ++i) {
    kids.run([&] {
      for (int round = 0; round < 3; ++round) {
        meet.arrive_and_wait();
      }
      ++done;
    });
  }
  kids.join();
  EXPECT_EQ(done.load(), children);
}

TEST_P(unseen_sleep, of_children_and_of_the_body_lets_the_child_run_that_they_wait_for) {
  gate go;
  std::atomic<std::size_t> waiting{0};
  covey::nursery kids{here()};
  for (std::size_t i = 0; i < size() + 4; ++i) {
    kids.run([&] {
      ++waiting;
      go.wait();
    });
  }
  // Queued last, and taken by others first only when all before it have been started.
  kids.run([&] {
    while (waiting < size() + 4) {
      std::this_thread::sleep_for(1ms);
    }
    go.open();
  });
  go.wait();  // the body sleeps, too
  kids.join();
  EXPECT_EQ(waiting.load(), size() + 4);
}

TEST_P(unseen_sleep, may_be_short_and_repeated) {
  std::atomic<std::size_t> here_now{0};
  const std::size_t all = size() + 4;
  covey::nursery kids{here()};
  for (std::size_t i = 0; i < all; ++i) {
    kids.run([&] {
      for (++here_now; here_now < all;) {
        std::this_thread::sleep_for(1ms);  // looks now and then
      }
    });
  }
  kids.join();
  EXPECT_EQ(here_now.load(), all);
}

TEST_P(unseen_sleep, of_children_of_children_is_made_up_for_too) {
  std::barrier meet(static_cast<std::ptrdiff_t>(2 * size() + 2));
  covey::nursery outer{here()};
  for (std::size_t i = 0; i < size() + 1; ++i) {
    outer.run([&] {
      covey::nursery inner;
      inner.run([&] { meet.arrive_and_wait(); });
      meet.arrive_and_wait();
      inner.join();
    });
  }
  outer.join();
}

TEST_P(unseen_sleep, is_not_what_children_do_that_compute) {
  head_count inside;
  std::atomic<bool> end{false};
  std::atomic<std::size_t> ended{0};
  covey::nursery kids{here()};
  const std::size_t all = 2 * size() + 6;
  for (std::size_t i = 0; i < all; ++i) {
    kids.run([&] {
      const covey_test::visit here(inside);
      // Several looks of the pool long, by the time that this thread has run.
      const auto until = std::chrono::steady_clock::now() + 30ms;
      while (std::chrono::steady_clock::now() < until) {
      }
      ++ended;
    });
  }
  kids.join();
  EXPECT_EQ(ended.load(), all);
  EXPECT_LE(inside.most(), size() + 1);
}

TEST_P(unseen_sleep, leaves_the_pool_as_it_was) {
  {
    std::barrier meet(static_cast<std::ptrdiff_t>(size()) + 6);
    covey::nursery kids{here()};
    for (std::size_t i = 0; i < size() + 6; ++i) {
      kids.run([&] { meet.arrive_and_wait(); });
    }
    kids.join();
  }
  head_count inside;
  covey::nursery kids{here()};
  for (std::size_t i = 0; i < 4 * size() + 8; ++i) {
    kids.run([&] {
      const covey_test::visit here(inside);
      const auto until = std::chrono::steady_clock::now() + 2ms;
      while (std::chrono::steady_clock::now() < until) {
      }
    });
  }
  kids.join();
  EXPECT_LE(inside.most(), size() + 1);
}

TEST_P(unseen_sleep, beyond_the_bound_is_told_once_and_names_the_children) {
  covey::pool bounded{{.threads = GetParam(), .name = "narrow", .max_substitutes = 0}};
  gate go;
  std::vector<std::string> asleep;
  testing::internal::CaptureStderr();
  {
    const covey::watchdog dog(
        {.patience = 1h, .interval = 1ms, .report = [&](const covey::watchdog_report& found) {
           for (const covey::overstay& each : found.asleep) {
             asleep.emplace_back(each.child.name.view());
             EXPECT_NE(each.thread, 0U);
           }
           EXPECT_FALSE(to_string(found).empty());
           go.open();
         }});
    covey::nursery kids{{.pool = &bounded}};
    for (std::size_t i = 0; i < 3 * size() + 8; ++i) {
      kids.run("sleeper", [&] { go.wait(); });
    }
    kids.join();
  }
  const std::string text = testing::internal::GetCapturedStderr();
  ASSERT_FALSE(asleep.empty());
  EXPECT_EQ(asleep.front(), "sleeper");
  EXPECT_TRUE(covey_test::contains(text, "child 'sleeper', spawned at ")) << text;
  EXPECT_TRUE(covey_test::contains(text, "unseen_sleep_test.cpp")) << text;
  EXPECT_TRUE(covey_test::contains(text, "'narrow'")) << text;
  const std::size_t first = text.find("covey: nothing moves");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_EQ(text.find("covey: nothing moves", first + 1), std::string::npos) << text;
}

TEST_P(unseen_sleep, beyond_the_bound_does_not_stop_what_waits_in_covey) {
  covey::pool bounded{{.threads = GetParam(), .max_substitutes = 0}};
  covey::nursery kids{{.pool = &bounded}};
  std::atomic<int> sum{0};
  for (int i = 0; i < 40; ++i) {
    kids.run([&] {
      covey::nursery inner;
      auto value = inner.spawn([] {
        covey::blocking([] { std::this_thread::yield(); });
        return 1;
      });
      auto last = inner.spawn([&value] { return value.get() + 1; });
      sum += last.get();
    });
  }
  kids.join();
  EXPECT_EQ(sum.load(), 80);
}

}  // namespace
