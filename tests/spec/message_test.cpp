// SPDX-License-Identifier: Apache-2.0
// How the messages of covey's own exceptions read.
#include "batches.hpp"
#include "each_pool_size.hpp"

#include <covey/virtual_clock.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <forward_list>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using covey_test::gate;
using covey_test::in;
using covey_test::message_of;
using covey_test::numbers;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(message);

// "message_test.cpp:<line>" as covey writes a place of this file.
std::string place(std::uint32_t line) {
  return std::string(__FILE__) + ":" + std::to_string(line);
}

#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

// Lets the virtual time pass when so many sleep.
class hand {
 public:
  hand(covey::virtual_clock& time, std::size_t sleepers)
      : thread_([&time, sleepers] {
          time.wait_for_sleepers(sleepers);
          time.advance(2s);
        }) {}
  hand(const hand&) = delete;
  hand& operator=(const hand&) = delete;
  ~hand() { thread_.join(); }

 private:
  std::thread thread_;
};

TEST_P(message, of_a_deadline_says_whose_it_was_and_who_had_not_finished) {
  covey::virtual_clock time;
  std::uint32_t line = 0;
  const auto sleeps = [] { covey::this_task::sleep_for(1h); };
  const std::string named = message_of<covey::timeout_error>([&] {
    const hand moves(time, 2);
    line = __LINE__ + 1;
    covey::nursery kids{here({.name = "tight", .timeout = 2s})};
    kids.run("slow one", sleeps);
    kids.join();
  });
  EXPECT_EQ(named,
            "covey: the deadline of the nursery 'tight' opened at " + place(line) +
                " passed after 2 s: 1 child had not finished: 'slow one'");
  const std::string unnamed = message_of<covey::timeout_error>([&] {
    const hand moves(time, 2);
    line = __LINE__ + 1;
    covey::nursery kids{here({.deadline = time.now() + 2s})};
    kids.run(sleeps);
    kids.join();
  });
  EXPECT_EQ(unnamed,
            "covey: the deadline of the nursery opened at " + place(line) +
                " passed: 1 child had not finished");
}

TEST_P(message, of_a_deadline_of_a_batch_counts_items) {
  covey::virtual_clock time;
  std::uint32_t line = 0;
  const auto batch = [&](std::string_view name, auto&& range) {
    return message_of<covey::timeout_error>([&] {
      std::atomic<int> fast{0};
      const hand moves(time, 2);
      line = __LINE__ + 1;
      covey::for_each(
          range,
          [&](int i) {
            // Forty are done before the first of the others sleeps.
            if (i < 40) {
              ++fast;
            } else {
              while (fast < 40) {
                std::this_thread::yield();
              }
              covey::this_task::sleep_for(1h);
            }
          },
          in(pool(), {.name = name, .timeout = 2s, .grain = 1}));
    });
  };
  std::string said = batch("slow batch", numbers(100));
  EXPECT_EQ(said,
            "covey: the deadline of the batch 'slow batch' at " + place(line) +
                " passed after 2 s: 40 of 100 items had finished");
  said = batch("", numbers(100));
  EXPECT_EQ(said,
            "covey: the deadline of the batch at " + place(line) +
                " passed after 2 s: 40 of 100 items had finished");
  const std::vector<int> all = numbers(100);
  std::forward_list<int> pulled(all.begin(), all.end());
  said = batch("pulled", pulled);
  EXPECT_EQ(said,
            "covey: the deadline of the batch 'pulled' at " + place(line) +
                " passed after 2 s: 40 items had finished");
}

TEST_P(message, of_a_batch_whose_time_is_over_at_once_counts_items_too) {
  const auto never = [](int) { FAIL() << "started"; };
  const std::string text = message_of<covey::timeout_error>(
      [&] { covey::for_each(numbers(10), never, in(pool(), {.name = "late", .timeout = 0s})); });
  EXPECT_HAS(text, "the deadline of the batch 'late' at ");
  EXPECT_HAS(text, " passed: 0 of 10 items had finished");
}

TEST_P(message, of_a_reduction_s_deadline_counts_items_not_leaves) {
  covey::virtual_clock time;
  const std::string text = message_of<covey::timeout_error>([&] {
    const hand moves(time, 2);
    static_cast<void>(covey::transform_reduce(
        numbers(100),
        0,
        std::plus<>(),
        [](int i) {
          covey::this_task::sleep_for(1h);
          return i;
        },
        in(pool(), {.name = "sum", .timeout = 2s, .grain = 10})));
  });
  EXPECT_HAS(text, "0 of 100 items had finished");
}

TEST_P(message, of_a_cycle_of_waits_names_the_children) {
  covey::future<void> left;
  covey::future<void> right;
  gate both_are_there;
  std::atomic<int> running{0};
  std::string text;
  std::mutex lock;
  const auto waits_for = [&](covey::future<void>& other) {
    both_are_there.wait();
    ++running;
    while (size() > 1 && running < 2) {
      std::this_thread::yield();
    }
    try {
      other.get();
    } catch (const covey::structure_error& error) {
      const std::scoped_lock guard(lock);
      text += error.what();
    } catch (const covey::cancelled&) {
    }
  };
  {
    covey::nursery kids{here({.policy = covey::policy::supervise})};
    left = kids.spawn("left", [&] { waits_for(right); });
    right = kids.spawn("right", [&] { waits_for(left); });
    both_are_there.open();
    kids.join();
  }
  const std::string places = std::string(" (spawned at ") + __FILE__ + ":";
  if (size() == 1 && text.find("would never end") == std::string::npos) {
    // The only thread ran one child inside of the other.
    EXPECT_HAS(text, "a child waits for the future of a task that it runs in or below: of '");
    EXPECT_HAS(text, places);
    return;
  }
  EXPECT_HAS(text, "this wait would never end: '");
  EXPECT_HAS(text, "'left'" + places);
  EXPECT_HAS(text, "'right'" + places);
  if (size() > 1) {
    EXPECT_HAS(text, ", which waits for '");
  }
}

TEST_P(message, of_a_structure_error_reads_as_a_sentence) {
  covey::nursery kids{here({.name = "done"})};
  kids.join();
  const std::string text = message_of<covey::structure_error>([&] { kids.run([] {}); });
  EXPECT_HAS(text, " into the nursery 'done' opened at " + place(__LINE__ - 3));
  EXPECT_HAS(text, ", which was joined");
}

}  // namespace
