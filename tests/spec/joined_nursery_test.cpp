// SPDX-License-Identifier: Apache-2.0
// A nursery that was joined is closed: it is not the innermost open one of its block any more (semantics 2).
#include "each_pool_size.hpp"

#include <covey/virtual_clock.hpp>

#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using covey_test::gate;
using covey_test::why_cancelled;
COVEY_EACH_POOL_SIZE(joined_nursery);

// Opens a nursery that was stopped and joined, in the caller's block.
#define COVEY_A_STOPPED_AND_JOINED_NURSERY(first)         \
  covey::nursery first{here({.name = "first"})};          \
  first.run([] { throw std::runtime_error("handled"); }); \
  EXPECT_THROW(first.join(), covey::composite_exception)

TEST_P(joined_nursery, stops_no_nursery_that_is_opened_after_it) {
  COVEY_A_STOPPED_AND_JOINED_NURSERY(first);
  std::atomic<int> ran{0};
  covey::nursery plain;
  auto child = plain.spawn([&] {
    covey::this_task::checkpoint();
    return ++ran;
  });
  EXPECT_EQ(child.get(), 1);
  EXPECT_NO_THROW(plain.join());
  covey::nursery with_options{here({.name = "second"})};
  with_options.run([&] { ++ran; });
  EXPECT_NO_THROW(with_options.join());
  EXPECT_EQ(ran, 2);
}

TEST_P(joined_nursery, stops_no_batch_that_follows_it) {
  COVEY_A_STOPPED_AND_JOINED_NURSERY(first);
  EXPECT_EQ(covey::map(std::vector{1, 2, 3}, [](int i) { return 2 * i; }), (std::vector{2, 4, 6}));
  const auto [a, b] = covey::spawn_and_wait([] { return 1; }, [] { return 2; });
  EXPECT_EQ(a + b, 3);
}

TEST_P(joined_nursery, stops_nothing_that_its_body_does_afterwards) {
  COVEY_A_STOPPED_AND_JOINED_NURSERY(first);
  EXPECT_FALSE(covey::this_task::stop_requested());
  EXPECT_NO_THROW(covey::this_task::checkpoint());
  EXPECT_NO_THROW(covey::this_task::sleep_for(1ns));
  EXPECT_FALSE(covey::this_task::get_stop_token().stop_requested());
  EXPECT_TRUE(first.stop_requested()) << "its own state stays";
}

TEST_P(joined_nursery, hands_no_deadline_down) {
  covey::virtual_clock time;
  covey::nursery first{here({.name = "first", .timeout = 1s})};
  EXPECT_TRUE(covey::this_task::remaining().has_value());
  first.join();
  EXPECT_EQ(covey::this_task::remaining(), std::nullopt);
  covey::nursery second;
  EXPECT_EQ(second.deadline(), covey::clock::time_point::max());
  time.advance(2s);
  bool ran = false;
  second.spawn([&] { ran = true; }).get();
  EXPECT_NO_THROW(second.join());
  EXPECT_TRUE(ran);
  EXPECT_EQ(first.outcome().state, covey::scope_state::done);
}

TEST_P(joined_nursery, that_is_stopped_late_stops_nothing) {
  covey::nursery first{here()};
  first.join();
  first.stop("late");
  covey::nursery second;
  second.spawn([] { covey::this_task::checkpoint(); }).get();
  EXPECT_NO_THROW(second.join());
}

TEST_P(joined_nursery, by_a_get_of_its_owner_is_closed_as_well) {
  covey::nursery first{here()};
  first.stop("enough");
  auto late = first.spawn([] { return 1; });
  static_cast<void>(why_cancelled([&] { return late.get(); }));
  EXPECT_NO_THROW(covey::this_task::checkpoint());
}

TEST_P(joined_nursery, lets_the_stop_and_the_deadline_of_what_is_around_it_through) {
  covey::virtual_clock time;
  gate asleep;
  covey::nursery around{here({.name = "around", .timeout = 10s})};
  around.run([&] {
    covey::nursery first{{.name = "first"}};
    first.stop("its own");
    first.join();
    EXPECT_FALSE(covey::this_task::stop_requested());
    EXPECT_TRUE(covey::this_task::remaining().has_value());
    covey::nursery second{{.name = "second"}};
    second.run([&] {
      asleep.open();
      covey::this_task::sleep_for(24h);
    });
    const covey::stop_reason why = why_cancelled([&] { second.join(); });
    EXPECT_EQ(why.kind, covey::stop_kind::parent);
    EXPECT_EQ(why.text.view(), "from above");
    // Opened after the stop was seen, below a nursery that has a stop of its own.
    covey::nursery third;
    EXPECT_TRUE(third.stop_requested());
    EXPECT_EQ(third.spawn([] {}).state(), covey::task_state::never_started);
    EXPECT_EQ(why_cancelled([&] { third.join(); }).text.view(), "from above");
    EXPECT_EQ(first.outcome().stop.text.view(), "its own");
  });
  asleep.wait();
  around.stop("from above");
  EXPECT_NO_THROW(around.join());
}

TEST_P(joined_nursery, hands_a_stop_from_above_down_that_came_after_its_join) {
  gate go;
  gate joined;
  covey::nursery around{here({.name = "around"})};
  around.run([&] {
    covey::nursery first;
    first.join();
    joined.open();
    go.wait_in_child();
    EXPECT_TRUE(covey::this_task::stop_requested());
    covey::nursery second;
    EXPECT_TRUE(second.stop_requested());
    EXPECT_EQ(second.spawn([] {}).state(), covey::task_state::never_started);
    EXPECT_THROW(second.join(), covey::cancelled);
    EXPECT_EQ(first.outcome().state, covey::scope_state::done);
  });
  joined.wait();
  around.stop();
  go.open();
  EXPECT_NO_THROW(around.join());
}

TEST_P(joined_nursery, that_is_joined_while_an_inner_one_is_open_stops_it_no_more) {
  covey::nursery outer{here({.name = "outer"})};
  covey::nursery inner{{.name = "inner"}};
  outer.join();
  outer.stop("late");
  inner.spawn([] { covey::this_task::checkpoint(); }).get();
  EXPECT_NO_THROW(inner.join());
}

TEST_P(joined_nursery, in_another_pool_is_closed_as_well) {
  covey::pool other{1};
  covey::nursery first{{.pool = &other}};
  first.stop("enough");
  first.join();
  covey::nursery second{here()};
  second.spawn([] { covey::this_task::checkpoint(); }).get();
  EXPECT_NO_THROW(second.join());
}

TEST_P(joined_nursery, may_be_joined_from_another_thread) {
  covey::nursery first{here()};
  first.stop("enough");
  std::thread([&] { first.join(); }).join();
  EXPECT_NO_THROW(covey::this_task::checkpoint());
  covey::nursery second;
  second.spawn([] { covey::this_task::checkpoint(); }).get();
  EXPECT_NO_THROW(second.join());
}

}  // namespace
