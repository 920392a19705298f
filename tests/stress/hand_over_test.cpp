// SPDX-License-Identifier: Apache-2.0
// Futures and joins that change threads while children run: reads, drops and joins elsewhere.
#include "bounded.hpp"
#include "counted.hpp"
#include "seed.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using covey_test::counted;
using covey_test::dice;

class hand_over : public testing::TestWithParam<int> {
 protected:
  template <class Round>
  void repeat(Round&& round) {
    dice roll(covey_test::stress_seed());
    const auto end = std::chrono::steady_clock::now() + covey_test::stress_length() / 2;
    do {
      round(roll);
    } while (!HasFatalFailure() && std::chrono::steady_clock::now() < end);
  }

  covey_test::bounded bound_;
  covey::pool pool_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(pools, hand_over, testing::Values(1, 2, 8));

TEST_P(hand_over, of_futures_to_a_foreign_thread_that_reads_or_drops_them) {
  const int before = counted::alive();
  repeat([&](dice& roll) {
    const std::uint64_t choices = roll.next();
    std::vector<covey::future<counted>> values;
    covey::nursery kids{{.pool = &pool_}};
    for (int i = 0; i < 32; ++i) {
      values.push_back(kids.spawn([i] { return counted(i); }));
    }
    std::thread reader([choices, mine = std::move(values)]() mutable {
      dice own(choices);
      for (std::size_t i = 0; i < mine.size(); ++i) {
        if (own.one_in(3)) {
          mine[i] = {};
        } else {
          EXPECT_EQ(mine[i].get().value(), static_cast<int>(i));
        }
      }
    });
    if (roll.one_in(2)) {
      kids.wait_idle();
    }
    reader.join();
  });
  EXPECT_EQ(counted::alive(), before);
}

TEST_P(hand_over, of_futures_from_child_to_child) {
  repeat([&](dice& /*roll*/) {
    std::mutex lock;
    std::deque<covey::future<int>> passed;
    std::atomic<int> sum{0};
    covey::nursery kids{{.pool = &pool_}};
    for (int i = 0; i < 16; ++i) {
      kids.run([&] {
        auto mine = kids.spawn([] { return 1; });
        const std::lock_guard hold(lock);
        passed.push_back(std::move(mine));
      });
      kids.run([&] {
        covey::future<int> taken;
        {
          const std::lock_guard hold(lock);
          if (!passed.empty()) {
            taken = std::move(passed.front());
            passed.pop_front();
          }
        }
        if (taken.valid()) {
          sum += taken.get();
        }
      });
    }
    kids.join();
    for (covey::future<int>& left : passed) {
      sum += left.get();
    }
    ASSERT_EQ(sum.load(), 16);
  });
}

TEST_P(hand_over, of_the_join_to_another_thread_while_the_owner_spawns) {
  repeat([&](dice& roll) {
    const std::uint64_t children = roll.below(100);
    std::atomic<std::uint64_t> ran{0};
    std::uint64_t spawned = 0;
    covey::nursery kids{{.pool = &pool_}};
    std::thread joiner([&] { kids.wait_idle(); });
    for (std::uint64_t i = 0; i < children; ++i) {
      kids.run([&] { ++ran; });
      ++spawned;
    }
    joiner.join();
    kids.join();
    ASSERT_EQ(ran.load(), spawned);
  });
}

TEST_P(hand_over, of_a_box_to_the_thread_that_destroys_it) {
  repeat([&](dice& roll) {
    const std::uint64_t children = roll.below(30);
    std::atomic<std::uint64_t> ran{0};
    auto kids = std::make_unique<covey::nursery_box>(covey::nursery_options{.pool = &pool_});
    for (std::uint64_t i = 0; i < children; ++i) {
      kids->run([&] { ++ran; });
    }
    std::thread last([mine = std::move(kids)]() mutable { mine.reset(); });
    last.join();
    ASSERT_EQ(ran.load(), children);
  });
}

TEST_P(hand_over, of_failures_reaches_the_reader_and_the_composite) {
  repeat([&](dice& roll) {
    const std::uint64_t children = 1 + roll.below(10);
    std::vector<covey::future<int>> values;
    covey::nursery kids{{.policy = covey::policy::supervise, .pool = &pool_}};
    for (std::uint64_t i = 0; i < children; ++i) {
      values.push_back(kids.spawn([]() -> int { throw std::runtime_error("far"); }));
    }
    std::thread reader([&] {
      for (std::size_t i = 0; i < values.size(); i += 2) {
        EXPECT_THROW(values[i].get(), std::runtime_error);
      }
    });
    reader.join();
    std::size_t left = 0;
    try {
      kids.join();
    } catch (const covey::composite_exception& all) {
      left = all.size();
    }
    ASSERT_EQ(left, children / 2);
  });
}

// Workers take many of them at once, and run what they took from the last one down; the owner reads from the first one up:
// they meet in the middle.
TEST_P(hand_over, of_children_back_from_a_worker_that_is_about_to_run_them) {
  repeat([&](dice& roll) {
    const auto count = static_cast<std::size_t>(600 + roll.below(600));
    std::vector<std::atomic<int>> runs(count);
    {
      covey::nursery kids{{.pool = &pool_}};
      std::vector<covey::future<std::size_t>> values;
      for (std::size_t i = 0; i < count; ++i) {
        values.push_back(kids.spawn([&runs, i] {
          runs[i].fetch_add(1, std::memory_order_relaxed);
          return i;
        }));
      }
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(values[i].get(), i);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(runs[i].load(), 1) << "child " << i << " of " << count;
    }
  });
}

}  // namespace
