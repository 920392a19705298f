// SPDX-License-Identifier: Apache-2.0
// Deadlines of batches, with a clock that only the test moves.
#include "batches.hpp"
#include "each_pool_size.hpp"

#include <covey/virtual_clock.hpp>

#include <atomic>
#include <chrono>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using covey::item_state;
using covey_test::contains;
using covey_test::expect_adds_up;
using covey_test::failures_of;
using covey_test::in;
using covey_test::message_of;
using covey_test::numbers;
using strings = std::vector<std::string>;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(batch_deadline);

constexpr auto partial = covey::on_timeout::return_partial;

TEST_P(batch_deadline, that_passes_stops_the_items_and_throws) {
  covey::virtual_clock time;
  std::thread hand([&] {
    time.wait_for_sleepers(2);  // the deadline and a sleeping item
    time.advance(2s);
  });
  const auto text = message_of<covey::timeout_error>([&] {
    covey::for_each(
        numbers(100),
        [](int) { covey::this_task::sleep_for(1h); },
        in(pool(), {.name = "slow batch", .timeout = 2s}));
  });
  hand.join();
  EXPECT_TRUE(contains(text, "slow batch")) << text;
}

TEST_P(batch_deadline, of_zero_starts_nothing) {
  const auto never = [](int) { FAIL() << "started"; };
  EXPECT_THROW(covey::for_each(numbers(10), never, in(pool(), {.timeout = 0s})),
               covey::timeout_error);
  EXPECT_THROW(covey::for_each(numbers(10), never, in(pool(), {.timeout = -1s})),
               covey::timeout_error);
  const auto end =
      covey::for_each(numbers(10), never, in(pool(), {.timeout = 0s, .on_timeout = partial}));
  EXPECT_EQ(end.never_started, 10U);
  EXPECT_EQ(end.stop.kind, covey::stop_kind::deadline);
  expect_adds_up(end);
}

TEST_P(batch_deadline, with_return_partial_tells_what_was_done) {
  covey::virtual_clock time;
  std::thread hand([&] {
    time.wait_for_sleepers(2);
    time.advance(2s);
  });
  std::atomic<std::uint64_t> done{0};
  const auto end = covey::for_each(
      numbers(100),
      [&](int i) {
        if (i == 3) {
          covey::this_task::sleep_for(1h);
        }
        ++done;
      },
      in(pool(), {.timeout = 2s, .on_timeout = partial, .grain = 1}));
  hand.join();
  EXPECT_EQ(end.done, done.load());
  EXPECT_EQ(end.stopped, 1U);
  expect_adds_up(end);
}

TEST_P(batch_deadline, does_not_start_items_that_cannot_finish_by_what_the_others_took) {
  // One item at a time, each of 3 s, and 10 s in all: the fourth would end at 12 s.
  covey::virtual_clock time;
  std::atomic<int> started{0};
  std::thread hand([&] {
    for (int i = 0; i < 3; ++i) {
      while (started.load() <= i) {
        std::this_thread::yield();
      }
      time.wait_for_sleepers(2);
      time.advance(3s);
    }
  });
  const auto end = covey::for_each(
      numbers(100),
      [&](int) {
        ++started;
        covey::this_task::sleep_for(3s);
      },
      in(pool(), {.timeout = 10s, .limit = 1, .on_timeout = partial}));
  hand.join();
  EXPECT_EQ(started.load(), 3);
  EXPECT_EQ(end.done, 3U);
  EXPECT_EQ(end.never_started, 97U);
  EXPECT_EQ(end.stop.kind, covey::stop_kind::none);
}

TEST_P(batch_deadline, that_is_not_reached_changes_nothing) {
  const covey::virtual_clock time;
  const auto end = covey::for_each(
      numbers(1000), [](int) {}, in(pool(), {.timeout = 1h, .on_timeout = partial}));
  EXPECT_EQ(end.done, 1000U);
}

TEST_P(batch_deadline, gives_map_outcomes_what_there_is) {
  covey::virtual_clock time;
  std::thread hand([&] {
    time.wait_for_sleepers(2);
    time.advance(2s);
  });
  const auto all = covey::map_outcomes(
      numbers(50),
      [](int i) {
        if (i == 7) {
          covey::this_task::sleep_for(1h);
        }
        return i;
      },
      in(pool(), {.timeout = 2s}));
  hand.join();
  ASSERT_EQ(all.size(), 50U);
  EXPECT_EQ(all[7].state(), item_state::stopped);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].has_value()) {
      EXPECT_EQ(all[i].value(), static_cast<int>(i));
    }
  }
  EXPECT_EQ(all[0].state(), item_state::done);
}

TEST_P(batch_deadline, keeps_failures_beside_the_deadline) {
  covey::virtual_clock time;
  std::thread hand([&] {
    time.wait_for_sleepers(2);
    time.advance(2s);
  });
  const auto all = [&] {
    covey::for_each(
        numbers(2),
        [](int i) {
          if (i == 0) {
            throw std::runtime_error("before");
          }
          covey::this_task::sleep_for(1h);
        },
        in(pool(), {.policy = covey::policy::supervise, .timeout = 2s}));
  };
  EXPECT_EQ(failures_of(all), strings{"before"});
  hand.join();
}

TEST_P(batch_deadline, of_the_nursery_above_ends_in_cancelled) {
  covey::virtual_clock time;
  std::thread hand([&] {
    time.wait_for_sleepers(2);
    time.advance(2s);
  });
  covey::nursery outer{here({.timeout = 2s})};
  EXPECT_THROW(covey::for_each(
                   numbers(10),
                   [](int) { covey::this_task::sleep_for(1h); },
                   in(pool(), {.on_timeout = partial})),
               covey::cancelled);
  hand.join();
  EXPECT_THROW(outer.join(), covey::timeout_error);
}

TEST_P(batch_deadline, takes_the_earlier_of_timeout_and_deadline) {
  const covey::virtual_clock time;
  std::optional<covey::clock::duration> seen;
  covey::for_each(
      numbers(1),
      [&](int) { seen = covey::this_task::remaining(); },
      in(pool(), {.timeout = 9s, .deadline = time.now() + 5s}));
  EXPECT_EQ(seen, std::optional<covey::clock::duration>(5s));
}

TEST_P(batch_deadline, that_is_not_a_number_is_an_invalid_argument) {
  const std::chrono::duration<double> nan(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THROW(covey::for_each(
                   numbers(1), [](int) {}, in(pool(), {.timeout = nan})),
               std::invalid_argument);
}

}  // namespace
