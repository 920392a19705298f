// SPDX-License-Identifier: Apache-2.0
// nursery_box: the form for members and the heap, semantics 3.
#include "each_pool_size.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <type_traits>

namespace {

using covey_test::gate;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(nursery_box);

static_assert(std::is_nothrow_destructible_v<covey::nursery_box>);
static_assert(!std::is_copy_constructible_v<covey::nursery_box>);

struct service {
  explicit service(const covey::nursery_options& options) : kids(options) {}
  std::atomic<int> served{0};
  covey::nursery_box kids;
};

TEST_P(nursery_box, may_be_a_member_and_waits_for_its_children) {
  std::atomic<int> served{0};
  {
    service one(here());
    for (int i = 0; i < 50; ++i) {
      one.kids.run([&] {
        ++one.served;
        ++served;
      });
    }
  }
  EXPECT_EQ(served.load(), 50);
}

TEST_P(nursery_box, may_live_on_the_heap) {
  auto kids = std::make_unique<covey::nursery_box>(here());
  auto value = kids->spawn([] { return std::string("kept"); });
  kids.reset();
  EXPECT_EQ(value.get(), "kept");
}

TEST_P(nursery_box, reports_failures_to_the_sink_when_it_is_destroyed) {
  {
    covey::nursery_box kids{here()};
    kids.run([] { throw std::runtime_error("for the sink"); });
  }
  EXPECT_EQ(unhandled(), strings{"for the sink"});
}

TEST_P(nursery_box, join_throws_and_leaves_nothing_for_the_sink) {
  covey::nursery_box kids{here()};
  kids.run([] { throw std::runtime_error("for the joiner"); });
  EXPECT_EQ(covey_test::failures_of([&] { kids.join(); }), strings{"for the joiner"});
}

TEST_P(nursery_box, does_not_report_what_a_get_has_delivered) {
  {
    covey::nursery_box kids{here({.policy = covey::policy::supervise})};
    auto taken = kids.spawn([]() -> int { throw std::runtime_error("taken"); });
    kids.run([] { throw std::runtime_error("left"); });
    EXPECT_THROW(taken.get(), std::runtime_error);
  }
  EXPECT_EQ(unhandled(), strings{"left"});
}

TEST_P(nursery_box, may_be_destroyed_on_another_thread) {
  std::atomic<int> ran{0};
  auto kids = std::make_unique<covey::nursery_box>(here());
  for (int i = 0; i < 20; ++i) {
    kids->run([&] { ++ran; });
  }
  std::thread other([&] { kids.reset(); });
  other.join();
  EXPECT_EQ(ran.load(), 20);
}

TEST_P(nursery_box, may_be_spawned_into_from_any_thread) {
  std::atomic<int> ran{0};
  {
    covey::nursery_box kids{here()};
    std::vector<std::thread> others;
    for (int t = 0; t < 4; ++t) {
      others.emplace_back([&] {
        for (int i = 0; i < 25; ++i) {
          kids.run([&] { ++ran; });
        }
      });
    }
    for (std::thread& other : others) {
      other.join();
    }
    kids.wait_idle();
    EXPECT_EQ(ran.load(), 100);
  }
}

TEST_P(nursery_box, boxes_may_end_in_any_order) {
  auto first = std::make_unique<covey::nursery_box>(here());
  auto second = std::make_unique<covey::nursery_box>(here());
  std::atomic<int> ran{0};
  second->run([&] { ++ran; });
  first->run([&] { ++ran; });
  first.reset();
  second->run([&] { ++ran; });
  second.reset();
  EXPECT_EQ(ran.load(), 3);
}

TEST_P(nursery_box, stops_its_children_when_asked) {
  gate started;
  covey::nursery_box kids{here()};
  kids.run([&] {
    started.open();
    while (!covey::this_task::stop_requested()) {
      std::this_thread::yield();
    }
  });
  started.wait();
  kids.stop("closing time");
  EXPECT_TRUE(kids.stop_requested());
  kids.join();
  EXPECT_EQ(kids.outcome().state, covey::scope_state::stopped);
  EXPECT_EQ(kids.outcome().stop.text.view(), "closing time");
}

}  // namespace
