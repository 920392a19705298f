// SPDX-License-Identifier: Apache-2.0
// A child that is asked alone to stop: the stop meets it wherever it is, and leaves nothing behind.
#include "bounded.hpp"
#include "deque/deque.hpp"
#include "outcome/stop.hpp"
#include "run/execute.hpp"
#include "worker/record.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <gtest/gtest.h>
#include <vector>

namespace {

using covey::runtime::record;

class child_stop : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(pools, child_stop, testing::Values(1, 2, 8));

// Free frames carry nothing of the child that they held: the next one is used as it is.
void expect_clean_frames(const record& r) {
  for (const covey::detail::frame* list : r.free) {
    for (const covey::detail::frame* f = list; f != nullptr; f = f->next) {
      ASSERT_EQ(f->flags.load(), 0U);
      ASSERT_EQ(f->holder.load(), 0U);
    }
  }
}

// Thieves take from a flat nursery in batches: most of the time some children are between two deques.
TEST_P(child_stop, finds_children_that_are_on_their_way_between_deques) {
  const covey_test::bounded bound;
  covey::pool pool{static_cast<std::size_t>(GetParam())};
  constexpr std::size_t count = 400;
  const auto stops_before = covey::runtime::active_stops.load();
  for (int round = 0; round < 150; ++round) {
    std::vector<std::atomic<int>> runs(count);
    covey::nursery kids{{.policy = covey::policy::supervise, .pool = &pool}};
    std::vector<covey::future<std::size_t>> futures;
    for (std::size_t i = 0; i < count; ++i) {
      futures.push_back(kids.spawn([&runs, i] {
        ++runs[i];
        return i;
      }));
    }
    for (std::size_t i = 0; i < count; ++i) {
      const bool asked = i % 3 == 0;
      if (asked) {
        futures[i].request_stop();
      }
      const bool had_begun = asked && futures[i].state() != covey::task_state::queued &&
                             futures[i].state() != covey::task_state::never_started;
      try {
        EXPECT_EQ(futures[i].get(), i);
        EXPECT_TRUE(!asked || had_begun) << "ran although it was asked before it began";
      } catch (const covey::cancelled&) {
        EXPECT_TRUE(asked) << "nobody asked it to stop";
        EXPECT_EQ(runs[i], 0);
      }
    }
    kids.join();
    expect_clean_frames(*covey::runtime::this_record());
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_LE(runs[i], 1);
      ASSERT_TRUE(runs[i] == 1 || i % 3 == 0);
    }
  }
  EXPECT_EQ(covey::runtime::active_stops.load(), stops_before) << "a stop was never taken back";
}

// The future is dropped between the request and the end of the child.
TEST_P(child_stop, is_taken_back_when_nobody_waits_for_the_child) {
  const covey_test::bounded bound;
  covey::pool pool{static_cast<std::size_t>(GetParam())};
  const auto stops_before = covey::runtime::active_stops.load();
  const int rounds = GetParam() == 1 ? 10 : 300;  // there each child waits for the tick to start it
  for (int round = 0; round < rounds; ++round) {
    std::atomic<bool> runs{false};
    covey::nursery kids{{.pool = &pool}};
    {
      auto child = kids.spawn([&] {
        runs = true;
        while (!covey::this_task::stop_requested()) {
          std::this_thread::yield();
        }
      });
      while (!runs) {
        static_cast<void>(child.ready());
        std::this_thread::yield();
      }
      child.request_stop();
    }
    kids.join();
    ASSERT_EQ(covey::runtime::active_stops.load(), stops_before) << "round " << round;
  }
}

// A wait that gave up leaves no mark in the frame, which get() may give to the next child as it is.
TEST_P(child_stop, a_wait_that_gave_up_leaves_the_frame_clean) {
  const covey_test::bounded bound;
  covey::pool pool{static_cast<std::size_t>(GetParam())};
  covey::nursery kids{{.pool = &pool}};
  for (int round = 0; round < 200; ++round) {
    auto child = kids.spawn([] { return 1; });
    static_cast<void>(child.wait_for(std::chrono::nanoseconds(1)));
    EXPECT_EQ(child.get(), 1);
  }
  expect_clean_frames(*covey::runtime::this_record());
}

// Whoever publishes sets up to where the owner may push without asking: a stop that asked for the slow path meanwhile must
// not be forgotten with it, or spawns go on as if there were none.
TEST(stop_request, is_not_taken_back_by_the_owner_s_publication) {
  covey::pool pool{1};
  covey::nursery stopped{{.parent = covey::root, .pool = &pool}};
  stopped.run([] {});
  covey::nursery kids{{.parent = covey::root, .pool = &pool}};
  covey::runtime::record& me = *covey::runtime::this_record();
  stopped.stop("elsewhere");
  ASSERT_TRUE(covey::runtime::has_unseen_stop(me));
  covey::runtime::deque::publish_all(me);
  EXPECT_EQ(me.ceiling.load(), nullptr);
  kids.run([] {});  // looks at the stop
  EXPECT_FALSE(covey::runtime::has_unseen_stop(me));
  kids.join();
  stopped.join();
}

}  // namespace
