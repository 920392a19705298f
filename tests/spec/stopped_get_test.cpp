// SPDX-License-Identifier: Apache-2.0
// What get() says about children that were stopped or never started: semantics 11, and who absorbs a stop: 21.
#include "each_pool_size.hpp"

#include <stdexcept>
#include <thread>

namespace {

using covey_test::failures_of;
using covey_test::gate;
using covey_test::why_cancelled;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(stopped_get);

TEST_P(stopped_get, by_the_owner_acts_as_join_and_throws_the_composite) {
  covey::nursery kids{here()};
  auto fails = kids.spawn([] { throw std::runtime_error("the reason"); });
  fails.wait();
  while (!kids.stop_requested()) {
    std::this_thread::yield();
  }
  auto late = kids.spawn([] { return 1; });
  EXPECT_EQ(failures_of([&] { return late.get(); }), strings{"the reason"});
  // The nursery is joined now: closed, and its destructor silent.
  EXPECT_THROW(kids.run([] {}), covey::structure_error);
}

TEST_P(stopped_get, by_the_owner_after_an_explicit_stop_throws_cancelled_with_the_cause) {
  covey::nursery kids{here()};
  kids.stop("no need");
  auto late = kids.spawn([] { return 1; });
  const covey::stop_reason why = why_cancelled([&] { return late.get(); });
  EXPECT_EQ(why.kind, covey::stop_kind::explicit_stop);
  EXPECT_EQ(why.text.view(), "no need");
}

TEST_P(stopped_get, by_anyone_else_throws_cancelled_with_the_cause) {
  covey::nursery kids{here({.name = "scope"})};
  auto fails = kids.spawn("culprit", [] { throw std::runtime_error("the reason"); });
  fails.wait();
  while (!kids.stop_requested()) {
    std::this_thread::yield();
  }
  auto late = kids.spawn([] { return 1; });
  covey::stop_reason why;
  std::thread foreign([&] { why = why_cancelled([&] { return late.get(); }); });
  foreign.join();
  EXPECT_EQ(why.kind, covey::stop_kind::failure);
  EXPECT_EQ(why.task.view(), "culprit");
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"the reason"});
}

TEST_P(stopped_get, after_the_nursery_has_ended_throws_cancelled) {
  covey::future<int> late;
  {
    covey::nursery kids{here()};
    kids.stop("over");
    late = kids.spawn([] { return 1; });
  }
  EXPECT_EQ(late.state(), covey::task_state::never_started);
  EXPECT_EQ(why_cancelled([&] { return late.get(); }).text.view(), "over");
}

TEST_P(stopped_get, of_a_stopped_child_throws_the_cause_too) {
  gate started;
  covey::nursery kids{here()};
  auto child = kids.spawn([&]() -> int {
    started.open();
    while (!covey::this_task::stop_requested()) {
      std::this_thread::yield();
    }
    covey::this_task::checkpoint();
    return 1;
  });
  started.wait();
  kids.stop("enough");
  kids.join();
  EXPECT_EQ(why_cancelled([&] { return child.get(); }).text.view(), "enough");
}

TEST_P(stopped_get, inside_a_child_lets_an_outer_stop_pass_through) {
  gate started;
  covey::nursery outer{here()};
  auto child = outer.spawn([&] {
    covey::nursery inner{here()};
    auto grandchild = inner.spawn([&] {
      started.open();
      while (!covey::this_task::stop_requested()) {
        std::this_thread::yield();
      }
      covey::this_task::checkpoint();
    });
    inner.join();
    ADD_FAILURE() << "the inner scope absorbed the outer stop";
  });
  started.wait();
  outer.stop();
  EXPECT_NO_THROW(outer.join());
  EXPECT_EQ(child.state(), covey::task_state::stopped);
}

}  // namespace
