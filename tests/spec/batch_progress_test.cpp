// SPDX-License-Identifier: Apache-2.0
// Progress of batches: how often, by whom, and what becomes of its failures. The clock is the test's.
#include "batches.hpp"
#include "each_pool_size.hpp"

#include <covey/virtual_clock.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <limits>
#include <mutex>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using covey_test::failures_of;
using covey_test::gate;
using covey_test::head_count;
using covey_test::in;
using covey_test::numbers;
using covey_test::visit;
using strings = std::vector<std::string>;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(batch_progress);

// What a progress function was called with; notices calls at the same time.
class log {
 public:
  void operator()(const covey::batch_progress& now) {
    EXPECT_EQ(inside_.fetch_add(1), 0) << "two calls at once";
    std::this_thread::yield();
    {
      const std::lock_guard hold(mutex_);
      all_.push_back(now);
    }
    --inside_;
  }
  [[nodiscard]] std::vector<covey::batch_progress> all() {
    const std::lock_guard hold(mutex_);
    return all_;
  }

 private:
  std::atomic<int> inside_{0};
  std::mutex mutex_;
  std::vector<covey::batch_progress> all_;
};

TEST_P(batch_progress, is_told_once_at_the_end_at_least) {
  for (const int n : {0, 1, 1000}) {
    log seen;
    covey::for_each(
        numbers(n), [](int) {}, in(pool(), {.progress = std::ref(seen)}));
    ASSERT_FALSE(seen.all().empty());
    const covey::batch_progress last = seen.all().back();
    EXPECT_EQ(last.total, static_cast<std::uint64_t>(n));
    EXPECT_EQ(last.done, static_cast<std::uint64_t>(n));
    EXPECT_EQ(last.failed, 0U);
  }
}

TEST_P(batch_progress, is_told_as_often_as_asked_while_the_batch_runs) {
  covey::virtual_clock time;
  log seen;
  gate leave;
  std::thread hand([&] {
    for (std::size_t call = 1; call <= 5; ++call) {
      time.wait_for_sleepers(1);  // the one who reports
      time.advance(249ms);
      EXPECT_EQ(seen.all().size(), call - 1);  // not before its time
      time.advance(1ms);
      while (seen.all().size() < call) {
        std::this_thread::yield();
      }
    }
    leave.open();
  });
  covey::for_each(
      numbers(4),
      [&](int) { leave.wait_in_child(); },
      in(pool(), {.progress = std::ref(seen), .progress_rate = 4}));
  hand.join();
  const auto all = seen.all();
  ASSERT_EQ(all.size(), 6U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(all[i].elapsed, 250ms * (i + 1));
    EXPECT_EQ(all[i].done, 0U);
    EXPECT_EQ(all[i].total, 4U);
    EXPECT_EQ(all[i].left, std::nullopt);
  }
  EXPECT_EQ(all[5].done, 4U);
  EXPECT_EQ(all[5].left, covey::clock::duration::zero());
  EXPECT_DOUBLE_EQ(all[5].rate, 4 / 1.25);
}

TEST_P(batch_progress, estimates_the_time_left) {
  covey::virtual_clock time;
  log seen;
  gate leave;
  gate half;
  std::thread hand([&] {
    half.wait();
    time.wait_for_sleepers(1);
    time.advance(1s);
    while (seen.all().empty()) {
      std::this_thread::yield();
    }
    leave.open();
  });
  std::atomic<int> ran{0};
  covey::for_each(
      numbers(8),
      [&](int) {
        if (++ran > 4) {
          half.open();
          leave.wait_in_child();
        }
      },
      in(pool(), {.limit = 1, .progress = std::ref(seen), .progress_rate = 1}));
  hand.join();
  const covey::batch_progress first = seen.all().front();
  EXPECT_EQ(first.done, 4U);
  EXPECT_DOUBLE_EQ(first.rate, 4);
  ASSERT_TRUE(first.left.has_value());
  EXPECT_EQ(*first.left, 1s);
}

TEST_P(batch_progress, counts_failures) {
  log seen;
  const auto all = [&] {
    covey::for_each(
        numbers(10),
        [](int i) {
          if (i % 2 == 0) {
            throw std::runtime_error("even");
          }
        },
        in(pool(), {.policy = covey::policy::supervise, .progress = std::ref(seen)}));
  };
  EXPECT_EQ(failures_of(all).size(), 5U);
  EXPECT_EQ(seen.all().back().done, 5U);
  EXPECT_EQ(seen.all().back().failed, 5U);
}

TEST_P(batch_progress, is_told_at_the_end_of_a_stopped_batch) {
  log seen;
  covey::nursery outer{here()};
  const auto all = [&] {
    covey::for_each(
        std::views::iota(0, 1'000'000'000),
        [&](int i) {
          if (i == 10) {
            outer.stop();
          }
        },
        in(pool(), {.progress = std::ref(seen)}));
  };
  EXPECT_THROW(all(), covey::cancelled);
  EXPECT_EQ(seen.all().size(), 1U);
}

TEST_P(batch_progress, that_throws_at_the_end_is_the_last_failure) {
  std::atomic<int> calls{0};
  const auto all = [&] {
    covey::for_each(
        numbers(3),
        [](int i) { throw std::runtime_error(std::to_string(i)); },
        in(pool(), {.policy = covey::policy::supervise, .progress = [&](const auto&) {
                      ++calls;
                      throw std::logic_error("progress");
                    }}));
  };
  EXPECT_EQ(failures_of(all), (strings{"0", "1", "2", "progress"}));
  EXPECT_EQ(calls.load(), 1);
}

TEST_P(batch_progress, that_throws_meanwhile_stops_a_fail_fast_batch_and_is_not_called_again) {
  covey::virtual_clock time;
  std::atomic<int> calls{0};
  std::thread hand([&] {
    time.wait_for_sleepers(1);
    time.advance(1s);
  });
  const auto all = [&] {
    covey::for_each(
        numbers(3),
        [](int, const covey::stop_token& token) {
          while (!token.stop_requested()) {
            std::this_thread::yield();
          }
        },
        in(pool(),
           {.progress =
                [&](const auto&) {
                  ++calls;
                  throw std::logic_error("progress");
                },
            .progress_rate = 1}));
  };
  EXPECT_EQ(covey_test::failed_names(all), strings{"progress"});
  EXPECT_EQ(calls.load(), 1);
  hand.join();
}

TEST_P(batch_progress, that_throws_does_not_stop_a_supervised_batch) {
  std::atomic<int> ran{0};
  const auto all = [&] {
    return covey::map(
        numbers(1000),
        [&](int i) {
          ++ran;
          return i;
        },
        in(pool(), {.policy = covey::policy::supervise, .progress = [](const auto&) {
                      throw std::logic_error("progress");
                    }}));
  };
  EXPECT_EQ(failures_of(all), strings{"progress"});
  EXPECT_EQ(ran.load(), 1000);
}

TEST_P(batch_progress, may_block_and_open_nurseries) {
  covey::virtual_clock time;
  gate told;
  std::thread hand([&] {
    time.wait_for_sleepers(1);
    time.advance(1s);
  });
  covey::for_each(
      numbers(2),
      [&](int) { told.wait_in_child(); },
      in(pool(),
         {.progress =
              [&](const auto&) {
                covey::nursery kids;
                kids.run([&] { told.open(); });
                kids.join();
              },
          .progress_rate = 1}));
  hand.join();
  EXPECT_TRUE(told.is_open());
}

TEST_P(batch_progress, takes_no_permit_while_it_sleeps) {
  // In a pool of one the function runs in a thread beyond it; that thread has no permit to lend to a second item. A busy
  // machine that keeps the one worker from running for 10 ms brings a second one about all the same; not every time.
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (int round = 0; round < 20 && fewest > size(); ++round) {
    head_count inside;
    covey::for_each(
        numbers(100),
        [&](int) {
          const visit here_now(inside);
          const auto end = std::chrono::steady_clock::now() + 500us;
          while (std::chrono::steady_clock::now() < end) {
          }
        },
        in(pool(), {.progress = [](const auto&) {}, .progress_rate = 1000}));
    EXPECT_EQ(inside.entered(), 100U);
    fewest = std::min(fewest, inside.most());
  }
  EXPECT_LE(fewest, size());
}

TEST_P(batch_progress, rate_out_of_range_is_an_invalid_argument) {
  for (const covey::amount bad : {covey::amount{0}, covey::amount{-1}, covey::amount{1001}}) {
    const auto text = covey_test::message_of<std::invalid_argument>([&] {
      covey::for_each(
          numbers(1), [](int) {}, in(pool(), {.progress_rate = bad}));
    });
    EXPECT_TRUE(covey_test::contains(text, "1 … 1000")) << text;
  }
}

}  // namespace
