// SPDX-License-Identifier: Apache-2.0
// Timeouts and deadlines of nurseries: semantics 22, with a clock that only the test moves.
#include "each_pool_size.hpp"

#include <covey/virtual_clock.hpp>

#include <atomic>
#include <chrono>
#include <limits>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>

namespace {

using covey_test::contains;
using covey_test::failures_of;
using covey_test::gate;
using covey_test::message_of;
using covey_test::why_cancelled;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(deadline);

static_assert(std::is_base_of_v<std::runtime_error, covey::timeout_error>);
static_assert(!std::is_base_of_v<covey::cancelled, covey::timeout_error>);

TEST_P(deadline, that_passes_stops_the_children_waits_and_throws) {
  covey::virtual_clock time;
  std::atomic<bool> woken{false};
  covey::nursery kids{here({.name = "slow scope", .timeout = 2s})};
  kids.run("sleeper", [&] {
    try {
      covey::this_task::sleep_for(1h);
    } catch (const covey::cancelled&) {
      woken = true;
      throw;
    }
  });
  time.wait_for_sleepers(2);
  time.advance(2s);
  const auto text = message_of<covey::timeout_error>([&] { kids.join(); });
  EXPECT_TRUE(woken.load());
  EXPECT_TRUE(contains(text, "slow scope")) << text;
  EXPECT_TRUE(contains(text, "sleeper")) << text;
  EXPECT_TRUE(contains(text, "2 s") || contains(text, "2s") || contains(text, "2000")) << text;
  EXPECT_EQ(kids.outcome().state, covey::scope_state::timed_out);
}

TEST_P(deadline, that_is_not_reached_changes_nothing) {
  covey::virtual_clock time;
  covey::nursery kids{here({.timeout = 2s})};
  auto value = kids.spawn([] { return 1; });
  EXPECT_EQ(value.get(), 1);
  EXPECT_NO_THROW(kids.join());
  time.advance(1h);
  EXPECT_EQ(kids.outcome().state, covey::scope_state::done);
}

TEST_P(deadline, of_zero_or_past_has_expired_and_nothing_runs) {
  for (const covey::time_limit limit : {covey::time_limit{0s},
                                        covey::time_limit{-1s},
                                        covey::time_limit{-1e300 * 1s},
                                        covey::time_limit{std::chrono::nanoseconds::min()}}) {
    covey::nursery kids{here({.timeout = limit})};
    auto late = kids.spawn([] { FAIL() << "ran after the deadline"; });
    EXPECT_TRUE(kids.stop_requested());
    EXPECT_THROW(kids.join(), covey::timeout_error);
    EXPECT_EQ(late.state(), covey::task_state::never_started);
  }
  covey::nursery kids{here({.deadline = covey::clock::now() - 1s})};
  auto late = kids.spawn([] { FAIL() << "ran after the deadline"; });
  EXPECT_THROW(kids.join(), covey::timeout_error);
}

TEST_P(deadline, of_any_chrono_type_is_taken_and_saturates) {
  covey::virtual_clock time;
  using years = std::chrono::duration<double, std::ratio<31'556'952>>;
  for (const covey::time_limit limit :
       {covey::time_limit{std::chrono::hours::max()},
        covey::time_limit{years(1e30)},
        covey::time_limit{std::chrono::duration<double>(std::numeric_limits<double>::infinity())},
        covey::time_limit{std::chrono::duration<float>(1e9F)}}) {
    covey::nursery kids{here({.timeout = limit})};
    auto value = kids.spawn([] { return 1; });
    time.advance(24h * 365);
    EXPECT_EQ(value.get(), 1);
    EXPECT_NO_THROW(kids.join());
  }
}

TEST_P(deadline, in_force_is_the_earliest_up_the_tree) {
  const covey::virtual_clock time;
  covey::nursery outer{here({.timeout = 10s})};
  covey::nursery inner{here({.timeout = 1h})};
  covey::nursery innermost{here({.timeout = 3s})};
  auto by_outer = inner.spawn([] { return covey::this_task::remaining(); });
  auto by_own = innermost.spawn([] { return covey::this_task::remaining(); });
  EXPECT_EQ(by_outer.get(), std::optional<covey::clock::duration>(10s));
  EXPECT_EQ(by_own.get(), std::optional<covey::clock::duration>(3s));
}

TEST_P(deadline, takes_the_earlier_of_timeout_and_deadline) {
  const covey::virtual_clock time;
  covey::nursery first{here({.timeout = 5s, .deadline = time.now() + 9s})};
  covey::nursery second{here({.timeout = 9s, .deadline = time.now() + 5s, .parent = covey::root})};
  EXPECT_EQ(first.deadline(), time.now() + 5s);
  EXPECT_EQ(second.deadline(), time.now() + 5s);
}

TEST_P(deadline, can_be_moved_away_while_open) {
  covey::virtual_clock time;
  covey::nursery kids{here({.timeout = 2s})};
  kids.run([] { covey::this_task::sleep_for(5s); });
  time.wait_for_sleepers(2);
  kids.expire_after(10s);
  time.advance(6s);
  EXPECT_NO_THROW(kids.join());
  EXPECT_EQ(kids.outcome().state, covey::scope_state::done);
}

TEST_P(deadline, can_be_moved_nearer_while_open) {
  covey::virtual_clock time;
  covey::nursery kids{here({.timeout = 1h})};
  kids.run([] { covey::this_task::sleep_for(30min); });
  time.wait_for_sleepers(2);
  kids.expire_at(time.now() + 1s);
  time.advance(1s);
  EXPECT_THROW(kids.join(), covey::timeout_error);
}

TEST_P(deadline, can_be_given_to_a_nursery_that_had_none) {
  covey::virtual_clock time;
  covey::nursery kids{here()};
  EXPECT_EQ(kids.deadline(), covey::clock::time_point::max());
  kids.run([] { covey::this_task::sleep_for(1h); });
  kids.expire_after(1s);
  time.wait_for_sleepers(2);
  time.advance(1s);
  EXPECT_THROW(kids.join(), covey::timeout_error);
}

TEST_P(deadline, with_return_partial_returns_and_outcome_tells) {
  covey::virtual_clock time;
  covey::nursery kids{here({.timeout = 2s, .on_timeout = covey::on_timeout::return_partial})};
  auto quick = kids.spawn([] { return 1; });
  quick.wait();
  auto slow = kids.spawn([] { covey::this_task::sleep_for(1h); });
  time.wait_for_sleepers(2);
  time.advance(2s);
  EXPECT_NO_THROW(kids.join());
  EXPECT_EQ(kids.outcome().state, covey::scope_state::timed_out);
  EXPECT_EQ(quick.get(), 1);
  EXPECT_EQ(slow.state(), covey::task_state::stopped);
}

TEST_P(deadline, of_the_outer_scope_is_cancelled_inside_and_timeout_outside) {
  covey::virtual_clock time;
  covey::nursery outer{here({.name = "outer", .timeout = 2s})};
  covey::nursery inner{here({.timeout = 1h})};
  inner.run([] { covey::this_task::sleep_for(30min); });
  time.wait_for_sleepers(2);
  time.advance(2s);
  EXPECT_EQ(why_cancelled([&] { inner.join(); }).kind, covey::stop_kind::parent);
  EXPECT_TRUE(contains(message_of<covey::timeout_error>([&] { outer.join(); }), "outer"));
}

TEST_P(deadline, equal_to_the_outer_one_s_is_thrown_by_the_outermost) {
  covey::virtual_clock time;
  const auto end = time.now() + 2s;
  covey::nursery outer{here({.deadline = end})};
  covey::nursery inner{here({.deadline = end})};
  inner.run([] { covey::this_task::sleep_for(1h); });
  time.wait_for_sleepers(2);
  time.advance(2s);
  EXPECT_THROW(inner.join(), covey::cancelled);
  EXPECT_THROW(outer.join(), covey::timeout_error);
}

TEST_P(deadline, beside_a_failure_throws_the_composite_that_tells_of_it) {
  covey::virtual_clock time;
  covey::nursery kids{here({.timeout = 2s})};
  kids.run([] {
    try {
      covey::this_task::sleep_for(1h);
    } catch (const covey::cancelled&) {
      throw std::runtime_error("clean-up failed");
    }
  });
  time.wait_for_sleepers(2);
  time.advance(2s);
  try {
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(covey_test::messages(all), std::vector<std::string>{"clean-up failed"});
    EXPECT_EQ(all.stop_reason().kind, covey::stop_kind::deadline);
  }
}

TEST_P(deadline, makes_get_by_the_owner_throw_timeout_error) {
  covey::virtual_clock time;
  covey::nursery kids{here({.timeout = 2s})};
  auto value = kids.spawn([] {
    covey::this_task::sleep_for(1h);
    return 1;
  });
  time.wait_for_sleepers(2);
  time.advance(2s);
  EXPECT_THROW(value.get(), covey::timeout_error);
}

TEST_P(deadline, is_told_to_the_children_and_counts_down) {
  covey::virtual_clock time;
  covey::nursery kids{here({.timeout = 10s})};
  gate asked;
  gate moved;
  auto left = kids.spawn([&] {
    asked.open();
    moved.wait_in_child();
    return covey::this_task::remaining();
  });
  asked.wait();
  time.advance(4s);
  moved.open();
  EXPECT_EQ(left.get(), std::optional<covey::clock::duration>(6s));
}

}  // namespace
