// SPDX-License-Identifier: Apache-2.0
// How failures come out of a nursery: semantics 13, 14 and 17, and the policies of 26.
#include "each_pool_size.hpp"

#include <atomic>
#include <exception>
#include <future>
#include <stdexcept>
#include <thread>

namespace {

using covey_test::failures_of;
using covey_test::gate;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(failure);

covey::nursery_options supervising() {
  return {.policy = covey::policy::supervise};
}

[[noreturn]] void fail(const std::string& text) {
  throw std::runtime_error(text);
}

void spin_until_stopped() {
  while (!covey::this_task::stop_requested()) {
    std::this_thread::yield();
  }
}

TEST_P(failure, of_a_single_child_comes_as_a_composite_too) {
  covey::nursery kids{here({.name = "lonely"})};
  kids.run("only child", [] { fail("alone"); });
  try {
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.nursery().view(), "lonely");
    const covey::path_step at = all.leaves().front().where();
    EXPECT_EQ(at.task.view(), "only child");
    EXPECT_EQ(at.nursery.view(), "lonely");
    EXPECT_TRUE(covey_test::contains(at.spawned_at.file(), "failure_test.cpp"));
  }
}

TEST_P(failure, order_is_the_spawn_order_and_not_the_finish_order) {
  constexpr int n = 6;
  std::vector<gate> failed(n + 1);
  failed[n].open();
  covey::nursery kids{here(supervising())};
  for (int i = 0; i < n; ++i) {
    kids.run([&failed, i] {
      failed[static_cast<std::size_t>(i) + 1].wait_in_child();
      failed[static_cast<std::size_t>(i)].open();
      fail(std::to_string(i));
    });
  }
  EXPECT_EQ(failures_of([&] { kids.join(); }), (strings{"0", "1", "2", "3", "4", "5"}));
}

TEST_P(failure, order_from_one_child_that_spawns_is_its_spawn_order) {
  covey::nursery kids{here(supervising())};
  kids.run([&] {
    for (int i = 0; i < 30; ++i) {
      kids.run([i] { fail(std::to_string(i)); });
    }
  });
  strings expected;
  for (int i = 0; i < 30; ++i) {
    expected.push_back(std::to_string(i));
  }
  EXPECT_EQ(failures_of([&] { kids.join(); }), expected);
}

TEST_P(failure, fail_fast_stops_the_siblings_and_keeps_what_they_throw_afterwards) {
  gate started;
  covey::nursery kids{here()};
  kids.run([&] {
    started.open();
    spin_until_stopped();
    fail("after the stop");
  });
  started.wait();
  kids.run([] { fail("first"); });
  EXPECT_EQ(failures_of([&] { kids.join(); }), (strings{"after the stop", "first"}));
}

TEST_P(failure, fail_fast_never_starts_what_is_still_queued_or_spawned_later) {
  std::atomic<int> ran{0};
  covey::nursery kids{here()};
  auto fails = kids.spawn([] { fail("first"); });
  fails.wait();
  while (!kids.stop_requested()) {
    std::this_thread::yield();
  }
  for (int i = 0; i < 10; ++i) {
    kids.run([&] { ++ran; });
  }
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"first"});
  EXPECT_EQ(ran.load(), 0);
  EXPECT_EQ(kids.outcome().never_started, 10U);
}

TEST_P(failure, fail_fast_makes_the_stop_s_cause_the_failed_child) {
  covey::nursery kids{here({.name = "scope"})};
  kids.run("culprit", [] { fail("first"); });
  try {
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(all.stop_reason().kind, covey::stop_kind::failure);
    EXPECT_EQ(all.stop_reason().task.view(), "culprit");
    EXPECT_EQ(all.stop_reason().scope.view(), "scope");
  }
}

TEST_P(failure, a_sibling_that_obeys_the_stop_is_no_failure) {
  gate started;
  covey::nursery kids{here()};
  auto obeys = kids.spawn([&] {
    started.open();
    spin_until_stopped();
    covey::this_task::checkpoint();
  });
  started.wait();
  kids.run([] { fail("first"); });
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"first"});
  EXPECT_EQ(obeys.state(), covey::task_state::stopped);
}

TEST_P(failure, supervise_lets_the_siblings_go_on) {
  std::atomic<int> finished{0};
  covey::nursery kids{here(supervising())};
  auto first = kids.spawn([] { fail("early"); });
  first.wait();
  for (int i = 0; i < 20; ++i) {
    kids.run([&] { ++finished; });
  }
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"early"});
  EXPECT_EQ(finished.load(), 20);
}

TEST_P(failure, supervise_reports_only_what_no_get_has_taken) {
  covey::nursery kids{here(supervising())};
  auto taken = kids.spawn([] { fail("taken"); });
  auto kept = kids.spawn([] { fail("kept"); });
  EXPECT_THROW(taken.get(), std::runtime_error);
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"kept"});
  EXPECT_THROW(kept.get(), std::runtime_error);
}

TEST_P(failure, supervise_is_silent_when_every_failure_was_taken) {
  covey::nursery kids{here(supervising())};
  for (int i = 0; i < 10; ++i) {
    auto taken = kids.spawn([] { fail("taken"); });
    EXPECT_THROW(taken.get(), std::runtime_error);
  }
  EXPECT_NO_THROW(kids.join());
}

TEST_P(failure, fail_fast_holds_also_what_a_get_has_taken) {
  covey::nursery kids{here()};
  auto taken = kids.spawn([] { fail("taken"); });
  EXPECT_THROW(taken.get(), std::runtime_error);
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"taken"});
}

TEST_P(failure, that_nobody_can_receive_goes_to_the_sink_once) {
  gate failed;
  const auto scope = [&] {
    covey::nursery kids{here(supervising())};
    auto taken = kids.spawn([] { fail("taken"); });
    auto left = kids.spawn([] { fail("left"); });
    left.wait();
    EXPECT_THROW(taken.get(), std::runtime_error);
    throw std::logic_error("unwinds");
  };
  EXPECT_THROW(scope(), std::logic_error);
  EXPECT_EQ(unhandled(), strings{"left"});
}

TEST_P(failure, that_unwinds_the_body_itself_is_not_reported_to_the_sink) {
  const auto scope = [this] {
    covey::nursery kids{here()};
    auto fails = kids.spawn([]() -> int { throw std::out_of_range("seen by the caller"); });
    return fails.get();
  };
  EXPECT_THROW(scope(), std::out_of_range);
  EXPECT_EQ(unhandled(), strings{});
}

TEST_P(failure, while_unwinding_is_decided_by_the_count_at_construction) {
  // A destructor that runs during unwinding and opens a nursery of its own: that one is not unwinding.
  struct cleaner {
    covey::nursery_options options;
    strings* seen;
    ~cleaner() {
      *seen = failures_of([&] {
        covey::nursery kids{options};
        kids.run([] { fail("inside a destructor"); });
      });
    }
  };
  strings seen;
  const auto scope = [&] {
    const cleaner last{here(), &seen};
    fail("outside");
  };
  EXPECT_THROW(scope(), std::runtime_error);
  EXPECT_EQ(seen, strings{"inside a destructor"});
}

TEST_P(failure, beyond_max_failures_is_counted) {
  covey::nursery kids{here({.policy = covey::policy::supervise, .max_failures = 10})};
  for (int i = 0; i < 25; ++i) {
    kids.run([] { fail("one of many"); });
  }
  try {
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(all.size(), 10U);
    EXPECT_EQ(all.not_kept(), 15U);
  }
  EXPECT_EQ(kids.outcome().failed, 25U);
}

TEST_P(failure, of_an_inner_nursery_stays_a_branch_of_its_own) {
  covey::nursery outer{here(supervising())};
  outer.run("branch", [this] {
    covey::nursery inner{here(supervising())};
    inner.run([] { fail("a"); });
    inner.run([] { fail("b"); });
    inner.join();
  });
  outer.run([] { fail("c"); });
  try {
    outer.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    ASSERT_EQ(all.children().size(), 2U);
    EXPECT_TRUE(all.children()[0].nested.has_value());
    EXPECT_EQ(all.children()[0].task.view(), "branch");
    EXPECT_EQ(covey_test::messages(all), (strings{"a", "b", "c"}));
  }
}

TEST_P(failure, composite_beats_the_stop_and_tells_of_it) {
  gate started;
  covey::nursery kids{here(supervising())};
  kids.run([&] {
    started.open();
    spin_until_stopped();
    fail("late");
  });
  started.wait();
  kids.stop("closing");
  try {
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(all.stop_reason().kind, covey::stop_kind::explicit_stop);
    EXPECT_EQ(all.stop_reason().text.view(), "closing");
  }
  EXPECT_EQ(kids.outcome().state, covey::scope_state::failed);
}

}  // namespace
