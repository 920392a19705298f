// SPDX-License-Identifier: Apache-2.0
// this_task: what code can ask and do about the task that it runs in; semantics 20.
#include "each_pool_size.hpp"

#include <covey/virtual_clock.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

namespace {

using covey_test::gate;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(this_task);

TEST_P(this_task, outside_any_task_knows_no_stop_no_deadline_and_no_name) {
  EXPECT_FALSE(covey::this_task::stop_requested());
  EXPECT_NO_THROW(covey::this_task::checkpoint());
  EXPECT_FALSE(covey::this_task::remaining().has_value());
  EXPECT_TRUE(covey::this_task::name().empty());
  EXPECT_FALSE(covey::this_task::get_stop_token().stop_requested());
}

TEST_P(this_task, outside_any_task_sleeps_plainly) {
  const auto before = covey::clock::now();
  covey::this_task::sleep_for(2ms);
  EXPECT_GE(covey::clock::now() - before, 2ms);
  covey::this_task::sleep_for(0s);
  covey::this_task::sleep_for(-1s);
  covey::this_task::sleep_until(covey::clock::time_point::min());
}

TEST_P(this_task, name_is_the_child_s_also_in_functions_that_it_calls) {
  covey::nursery kids{here()};
  const auto ask = [] { return std::string(covey::this_task::name().view()); };
  auto named = kids.spawn("tile 17", ask);
  auto unnamed = kids.spawn(ask);
  EXPECT_EQ(named.get(), "tile 17");
  EXPECT_EQ(unnamed.get(), "");
}

TEST_P(this_task, name_is_restored_after_an_inner_child_ran_on_this_stack) {
  covey::nursery kids{here()};
  auto child = kids.spawn("outer child", [this] {
    covey::nursery inner{here()};
    auto value = inner.spawn("inner child", [] { return 1; });
    static_cast<void>(value.get());
    return std::string(covey::this_task::name().view());
  });
  EXPECT_EQ(child.get(), "outer child");
}

TEST_P(this_task, long_names_are_truncated) {
  covey::nursery kids{here()};
  auto child = kids.spawn(std::string(5000, 'n'), [] { return covey::this_task::name(); });
  EXPECT_EQ(child.get().view().size(), covey::label::capacity);
}

TEST_P(this_task, checkpoint_throws_when_stopped_and_says_why) {
  gate started;
  std::string text;
  covey::nursery kids{here()};
  kids.run([&] {
    covey::this_task::checkpoint();
    started.open();
    while (!covey::this_task::stop_requested()) {
      std::this_thread::yield();
    }
    try {
      covey::this_task::checkpoint();
    } catch (const covey::cancelled& stopped) {
      text = stopped.why().text.view();
      throw;
    }
  });
  started.wait();
  kids.stop("time to go");
  kids.join();
  EXPECT_EQ(text, "time to go");
}

TEST_P(this_task, sleeps_by_the_clock_that_the_test_moves) {
  covey::virtual_clock time;
  std::atomic<int> woken{0};
  covey::nursery kids{here()};
  kids.run([&] {
    covey::this_task::sleep_for(1s);
    ++woken;
  });
  kids.run([&, until = time.now() + 3s] {
    covey::this_task::sleep_until(until);
    ++woken;
  });
  time.wait_for_sleepers(2);
  time.advance(1s);
  while (woken.load() < 1) {
    std::this_thread::yield();
  }
  EXPECT_EQ(kids.pending(), kids.outcome().spawned - kids.outcome().done);
  time.advance(2s);
  kids.join();
  EXPECT_EQ(woken.load(), 2);
}

TEST_P(this_task, a_sleep_ends_at_once_on_stop_with_cancelled) {
  const covey::virtual_clock time;  // never moved: only the stop can end the sleep
  std::atomic<bool> cancelled{false};
  covey::nursery kids{here()};
  kids.run([&] {
    try {
      covey::this_task::sleep_for(24h);
    } catch (const covey::cancelled&) {
      cancelled = true;
      throw;
    }
  });
  time.wait_for_sleepers(1);
  kids.stop();
  kids.join();
  EXPECT_TRUE(cancelled.load());
}

TEST_P(this_task, a_sleep_in_a_stopped_scope_ends_before_it_begins) {
  const covey::virtual_clock time;
  gate started;
  covey::nursery kids{here()};
  auto child = kids.spawn([&] {
    started.open();
    while (!covey::this_task::stop_requested()) {
      std::this_thread::yield();
    }
    covey::this_task::sleep_for(24h);
  });
  started.wait();
  kids.stop();
  kids.join();
  EXPECT_EQ(child.state(), covey::task_state::stopped);
}

TEST_P(this_task, stop_reaches_a_sleeping_grandchild) {
  const covey::virtual_clock time;
  covey::nursery outer{here()};
  outer.run([this] {
    covey::nursery inner{here()};
    inner.run([] { covey::this_task::sleep_for(24h); });
  });
  time.wait_for_sleepers(1);
  outer.stop();
  EXPECT_NO_THROW(outer.join());
}

TEST_P(this_task, remaining_is_nothing_without_a_deadline) {
  covey::nursery kids{here()};
  auto left = kids.spawn([] { return covey::this_task::remaining(); });
  EXPECT_FALSE(left.get().has_value());
}

TEST_P(this_task, token_is_the_child_s) {
  gate started;
  covey::nursery kids{here()};
  auto mine = kids.spawn([&] {
    const covey::stop_token token = covey::this_task::get_stop_token();
    started.open();
    while (!token.stop_requested()) {
      std::this_thread::yield();
    }
    return std::string(token.why().text.view());
  });
  started.wait();
  kids.stop("token");
  kids.join();
  EXPECT_EQ(mine.get(), "token");
}

TEST_P(this_task, belongs_to_the_stack_and_not_to_the_thread) {
  // A child that runs inside another's get() must not leave its stop behind.
  covey::nursery kids{here()};
  auto child = kids.spawn([this] {
    {
      covey::nursery inner{here()};
      auto stops = inner.spawn([&] { inner.stop(); });
      stops.wait();
      inner.join();
    }
    return covey::this_task::stop_requested();
  });
  EXPECT_FALSE(child.get());
}

}  // namespace
