// SPDX-License-Identifier: Apache-2.0
// Abuse and faults, one test per row of the robustness table: rows 18, 19 and 22.
#include "each_pool_size.hpp"

#include <chrono>
#include <limits>
#include <stdexcept>
#include <thread>

namespace {

using covey_test::contains;
using covey_test::message_of;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(robustness_limits);

TEST_P(robustness_limits, row_18_zero_children_return_at_once) {
  covey::nursery kids{here()};
  EXPECT_EQ(kids.pending(), 0U);
  kids.wait_idle();
  kids.join();
  EXPECT_EQ(kids.outcome().state, covey::scope_state::done);
  EXPECT_EQ(covey::with_nursery(here(), [](covey::nursery&) { return 1; }), 1);
}

TEST_P(robustness_limits, row_18_numbers_out_of_range_are_invalid_arguments_naming_the_range) {
  constexpr auto huge = std::numeric_limits<std::size_t>::max();
  for (const covey::amount bad : {covey::amount{0},
                                  covey::amount{-1},
                                  covey::amount{huge},
                                  covey::amount{std::numeric_limits<std::int64_t>::min()}}) {
    const auto threads =
        message_of<std::invalid_argument>([&] { covey::pool refused{{.threads = bad}}; });
    EXPECT_TRUE(contains(threads, "1024") && contains(threads, "thread")) << threads;
    const auto limit =
        message_of<std::invalid_argument>([&] { covey::nursery refused{here({.limit = bad})}; });
    EXPECT_TRUE(contains(limit, "2147483647") && contains(limit, "limit")) << limit;
    const auto failures = message_of<std::invalid_argument>(
        [&] { covey::nursery refused{here({.max_failures = bad})}; });
    EXPECT_TRUE(contains(failures, "1000000") || contains(failures, "1,000,000")) << failures;
  }
  EXPECT_THROW((covey::pool{{.threads = 1, .max_substitutes = -1}}), std::invalid_argument);
}

TEST_P(robustness_limits, row_19_maximal_and_infinite_timeouts_never_expire) {
  for (const covey::time_limit limit :
       {covey::time_limit{std::chrono::hours::max()},
        covey::time_limit{covey::clock::duration::max()},
        covey::time_limit{std::numeric_limits<double>::infinity() * 1s}}) {
    covey::nursery kids{here({.timeout = limit})};
    auto value = kids.spawn([] { return 1; });
    EXPECT_EQ(value.wait_for(limit), covey::future_status::ready);
    EXPECT_EQ(value.get(), 1);
    EXPECT_NO_THROW(kids.join());
  }
}

TEST_P(robustness_limits, row_19_a_timeout_that_is_not_a_number_is_refused_everywhere) {
  const auto nan = std::numeric_limits<double>::quiet_NaN() * 1s;
  EXPECT_THROW(covey::nursery kids{here({.timeout = nan})}, std::invalid_argument);
  EXPECT_THROW(covey::this_task::sleep_for(nan), std::invalid_argument);
  covey::nursery kids{here()};
  auto value = kids.spawn([] { return 1; });
  EXPECT_THROW(static_cast<void>(value.wait_for(nan)), std::invalid_argument);
  EXPECT_THROW(kids.expire_after(nan), std::invalid_argument);
  EXPECT_EQ(value.get(), 1);
}

TEST_P(robustness_limits, row_22_a_stop_that_races_completion_gives_exactly_one_outcome) {
  for (int round = 0; round < 200; ++round) {
    covey::nursery kids{here()};
    auto value = kids.spawn([] { return 1; });
    std::thread stopper([&] { kids.stop(); });
    value.wait();
    stopper.join();
    kids.join();
    const covey::nursery_outcome end = kids.outcome();
    EXPECT_EQ(end.spawned, 1U);
    EXPECT_EQ(end.done + end.stopped + end.never_started, 1U);
    EXPECT_EQ(end.done == 1, value.state() == covey::task_state::done);
    if (value.state() == covey::task_state::done) {
      EXPECT_EQ(value.get(), 1);
    } else {
      EXPECT_THROW(value.get(), covey::cancelled);
    }
  }
}

TEST_P(robustness_limits,
       row_22_stops_from_outside_from_a_child_and_from_a_callback_are_idempotent) {
  covey::nursery kids{here()};
  const covey::stop_callback again(kids.get_stop_token(), [&] { kids.stop("from a callback"); });
  auto child = kids.spawn([&] {
    kids.stop("from a child");
    kids.stop("twice");
  });
  child.wait();
  kids.stop("from outside");
  EXPECT_NO_THROW(kids.join());
  EXPECT_EQ(kids.outcome().stop.text.view(), "from a child");
  EXPECT_EQ(child.state(), covey::task_state::done);
}

}  // namespace
