// SPDX-License-Identifier: Apache-2.0
// Stop through nurseries: semantics 11 and 18 to 21.
#include "each_pool_size.hpp"

#include <atomic>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <type_traits>

namespace {

using covey_test::failures_of;
using covey_test::gate;
using covey_test::why_cancelled;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(stop);

static_assert(!std::is_base_of_v<std::exception, covey::cancelled>,
              "catch (const std::exception&) must not eat a stop");

void spin_until_stopped() {
  while (!covey::this_task::stop_requested()) {
    std::this_thread::yield();
  }
}

TEST_P(stop, is_sticky_and_the_first_cause_wins) {
  covey::nursery kids{here({.name = "scope"})};
  EXPECT_FALSE(kids.stop_requested());
  kids.stop("first");
  kids.stop("second");
  EXPECT_TRUE(kids.stop_requested());
  const covey::stop_reason why = kids.get_stop_token().why();
  EXPECT_EQ(why.kind, covey::stop_kind::explicit_stop);
  EXPECT_EQ(why.scope.view(), "scope");
  EXPECT_EQ(why.text.view(), "first");
}

TEST_P(stop, of_its_own_lets_join_return_and_outcome_tells) {
  gate started;
  covey::nursery kids{here()};
  auto child = kids.spawn([&] {
    started.open();
    spin_until_stopped();
    covey::this_task::checkpoint();
  });
  started.wait();
  kids.stop("done with it");
  EXPECT_NO_THROW(kids.join());
  EXPECT_EQ(kids.outcome().state, covey::scope_state::stopped);
  EXPECT_EQ(kids.outcome().stopped, 1U);
  EXPECT_EQ(child.state(), covey::task_state::stopped);
}

TEST_P(stop, reaches_nurseries_below_and_not_those_above_or_beside) {
  covey::nursery outer{here()};
  covey::nursery inner{here()};
  covey::nursery innermost{here()};
  inner.stop("middle");
  EXPECT_FALSE(outer.stop_requested());
  EXPECT_TRUE(innermost.stop_requested());
  const covey::stop_reason why = why_cancelled([&] { innermost.join(); });
  EXPECT_EQ(why.kind, covey::stop_kind::parent);
  EXPECT_EQ(why.text.view(), "middle");
  EXPECT_NO_THROW(inner.join());
  EXPECT_NO_THROW(outer.join());
  EXPECT_EQ(outer.outcome().state, covey::scope_state::done);
}

TEST_P(stop, flows_nowhere_sideways) {
  covey::nursery outer{here()};
  auto stops_itself = outer.spawn([this] {
    covey::nursery mine{here()};
    mine.stop();
    mine.join();
  });
  auto beside = outer.spawn([this] {
    covey::nursery mine{here()};
    return mine.stop_requested();
  });
  stops_itself.get();
  EXPECT_FALSE(beside.get());
  EXPECT_FALSE(outer.stop_requested());
}

TEST_P(stop, reaches_a_nursery_that_is_opened_later) {
  covey::nursery outer{here()};
  outer.stop();
  covey::nursery inner{here()};
  EXPECT_TRUE(inner.stop_requested());
  auto late = inner.spawn([] { FAIL() << "ran after the stop"; });
  EXPECT_THROW(inner.join(), covey::cancelled);
  EXPECT_EQ(late.state(), covey::task_state::never_started);
}

TEST_P(stop, of_the_parent_reaches_running_grandchildren) {
  gate started;
  covey::nursery outer{here()};
  auto child = outer.spawn([&] {
    covey::nursery inner{here()};
    inner.run([&] {
      started.open();
      spin_until_stopped();
    });
    inner.join();
  });
  started.wait();
  outer.stop("from the top");
  EXPECT_NO_THROW(outer.join());
  EXPECT_EQ(child.state(), covey::task_state::stopped);
}

TEST_P(stop, cause_is_told_by_the_token_of_a_child) {
  gate started;
  std::string text;
  covey::nursery kids{here()};
  auto child = kids.spawn([&](const covey::stop_token& token) {
    started.open();
    while (!token.stop_requested()) {
      std::this_thread::yield();
    }
    text = token.why().text.view();
  });
  started.wait();
  kids.stop("because");
  kids.join();
  EXPECT_EQ(text, "because");
}

TEST_P(stop, token_outlives_its_scope) {
  covey::stop_token stopped;
  covey::stop_token never;
  {
    covey::nursery first{here()};
    stopped = first.get_stop_token();
    first.stop("kept");
  }
  {
    covey::nursery second{here()};
    never = second.get_stop_token();
    EXPECT_TRUE(never.stop_possible());
  }
  EXPECT_TRUE(stopped.stop_requested());
  EXPECT_EQ(stopped.why().text.view(), "kept");
  EXPECT_FALSE(never.stop_requested());
  EXPECT_FALSE(never.stop_possible());
}

TEST_P(stop, token_converts_to_std_s) {
  covey::nursery kids{here()};
  const std::stop_token token = kids.get_stop_token();
  EXPECT_FALSE(token.stop_requested());
  bool called = false;
  const std::stop_callback on_stop(token, [&] { called = true; });
  kids.stop();
  EXPECT_TRUE(token.stop_requested());
  EXPECT_TRUE(called);
}

TEST_P(stop, callback_runs_once_and_may_stop_spawn_and_deregister) {
  covey::nursery kids{here()};
  int calls = 0;
  std::optional<covey::stop_callback<std::function<void()>>> callback;
  callback.emplace(kids.get_stop_token(), [&] {
    ++calls;
    kids.stop("again");
    kids.run([] { FAIL() << "ran after the stop"; });
    callback.reset();
  });
  kids.stop("once");
  kids.stop("twice");
  EXPECT_EQ(calls, 1);
  EXPECT_NO_THROW(kids.join());
  EXPECT_EQ(kids.outcome().stop.text.view(), "once");
}

TEST_P(stop, of_the_parent_is_thrown_by_a_join_that_nobody_asked_before) {
  covey::nursery outer{here()};
  covey::nursery inner{here()};
  outer.stop("unseen");
  EXPECT_EQ(why_cancelled([&] { inner.join(); }).text.view(), "unseen");
  EXPECT_EQ(inner.outcome().state, covey::scope_state::stopped);
}

TEST_P(stop, after_the_join_changes_no_outcome) {
  covey::nursery outer{here()};
  covey::nursery inner{here()};
  inner.join();
  inner.stop("late");
  outer.stop("late");
  EXPECT_EQ(inner.outcome().state, covey::scope_state::done);
  EXPECT_NO_THROW(inner.join());
}

TEST_P(stop, callback_of_a_child_nursery_hears_the_parent_s_stop) {
  covey::nursery outer{here()};
  covey::nursery inner{here()};
  bool called = false;
  const covey::stop_callback on_stop(inner.get_stop_token(), [&] { called = true; });
  outer.stop();
  EXPECT_TRUE(called);
  EXPECT_THROW(inner.join(), covey::cancelled);
}

TEST_P(stop, that_came_from_nobody_makes_cancelled_a_failure) {
  covey::nursery kids{here()};
  kids.run([] { throw covey::cancelled(covey::stop_reason{}); });
  EXPECT_EQ(failures_of([&] { kids.join(); }).size(), 1U);
}

TEST_P(stop, does_not_hide_another_exception_that_follows_it) {
  gate started;
  covey::nursery kids{here()};
  kids.run([&] {
    started.open();
    spin_until_stopped();
    throw std::runtime_error("clean-up failed");
  });
  started.wait();
  kids.stop();
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"clean-up failed"});
}

TEST_P(stop, from_outside_is_still_visible_after_an_inner_composite_was_caught) {
  gate inner_failed;
  gate outer_stopped;
  std::atomic<bool> visible{false};
  std::atomic<bool> thrown{false};
  covey::nursery outer{here()};
  auto child = outer.spawn([&] {
    try {
      covey::nursery inner{here()};
      inner.run([&] {
        inner_failed.open();
        outer_stopped.wait_in_child();
        throw std::runtime_error("inner");
      });
      inner.join();
    } catch (const covey::composite_exception&) {
      visible = covey::this_task::stop_requested();
    }
    try {
      covey::this_task::checkpoint();
    } catch (const covey::cancelled&) {
      thrown = true;
      throw;
    }
  });
  inner_failed.wait();
  outer.stop();
  outer_stopped.open();
  EXPECT_NO_THROW(outer.join());
  EXPECT_TRUE(visible.load());
  EXPECT_TRUE(thrown.load());
  EXPECT_EQ(child.state(), covey::task_state::stopped);
}

TEST_P(stop, is_seen_after_a_nursery_with_another_parent_looked_for_one) {
  covey::nursery outer{here()};
  bool inside = true;
  bool after = false;
  auto child = outer.spawn("named", [&] {
    covey::nursery middle;
    auto below = middle.spawn("named, too", [&] {
      {
        const covey::nursery apart{{.parent = covey::root}};
        outer.stop();
        inside = covey::this_task::stop_requested();
      }
      after = covey::this_task::stop_requested();
    });
    below.wait();
  });
  child.wait();
  EXPECT_FALSE(inside);
  EXPECT_TRUE(after);
}

}  // namespace
