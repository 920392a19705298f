// SPDX-License-Identifier: Apache-2.0
// Stops, deadlines and failures that race completion, spawns and callbacks: exactly one outcome each.
#include "bounded.hpp"
#include "gate.hpp"
#include "leaves.hpp"
#include "seed.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using covey_test::dice;

class stop_race : public testing::TestWithParam<int> {
 protected:
  // Calls `round(dice)` until the time is up.
  template <class Round>
  void repeat(Round&& round) {
    dice roll(covey_test::stress_seed());
    const auto end = std::chrono::steady_clock::now() + covey_test::stress_length() / 2;
    do {
      round(roll);
    } while (!HasFatalFailure() && std::chrono::steady_clock::now() < end);
  }
  static void dawdle(std::uint64_t steps) {
    for (std::uint64_t i = 0; i < steps; ++i) {
      std::atomic_signal_fence(std::memory_order_seq_cst);
    }
  }

  covey_test::bounded bound_;
  covey::pool pool_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(pools, stop_race, testing::Values(1, 2, 8));

TEST_P(stop_race, of_a_stop_with_spawns_and_ends) {
  repeat([&](dice& roll) {
    const std::uint64_t delay = roll.below(3000);
    covey::nursery kids{{.pool = &pool_}};
    std::vector<covey::future<int>> values;
    std::thread stopper([&] {
      dawdle(delay);
      kids.stop("race");
    });
    for (int i = 0; i < 20; ++i) {
      values.push_back(kids.spawn([i] { return i; }));
    }
    stopper.join();
    kids.join();
    const covey::nursery_outcome end = kids.outcome();
    ASSERT_EQ(end.spawned, 20U);
    ASSERT_EQ(end.done + end.stopped + end.never_started, 20U);
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i].state() == covey::task_state::done) {
        ++done;
        ASSERT_EQ(values[i].get(), static_cast<int>(i));
      }
    }
    ASSERT_EQ(done, end.done);
  });
}

TEST_P(stop_race, of_failures_with_each_other_keeps_one_cause_and_every_failure) {
  repeat([&](dice& roll) {
    const std::uint64_t children = 1 + roll.below(16);
    std::atomic<unsigned> thrown{0};
    try {
      covey::nursery kids{{.pool = &pool_}};
      for (std::uint64_t i = 0; i < children; ++i) {
        kids.run([&] {
          ++thrown;
          throw std::runtime_error("race");
        });
      }
      kids.join();
      FAIL() << "nothing was thrown";
    } catch (const covey::composite_exception& all) {
      ASSERT_EQ(all.size(), thrown.load());
      ASSERT_EQ(all.stop_reason().kind, covey::stop_kind::failure);
    }
  });
}

TEST_P(stop_race, of_a_deadline_with_the_last_child_has_one_outcome) {
  repeat([&](dice& roll) {
    const auto limit = std::chrono::microseconds(roll.below(300));
    const std::uint64_t work = roll.below(20'000);
    covey::nursery kids{{.timeout = limit, .pool = &pool_}};
    auto value = kids.spawn([&] {
      dawdle(work);
      return 1;
    });
    bool timed_out = false;
    try {
      kids.join();
    } catch (const covey::timeout_error&) {
      timed_out = true;
    }
    ASSERT_EQ(timed_out, kids.outcome().state == covey::scope_state::timed_out);
    if (!timed_out) {
      ASSERT_EQ(value.get(), 1);
    }
  });
}

TEST_P(stop_race, of_callbacks_coming_and_going_with_the_stop) {
  repeat([&](dice& roll) {
    const std::uint64_t delay = roll.below(2000);
    std::atomic<int> calls{0};
    std::atomic<int> calls_seen_gone{0};
    covey::nursery kids{{.pool = &pool_}};
    for (int c = 0; c < 4; ++c) {
      kids.run([&](const covey::stop_token& token) {
        for (int i = 0; i < 20; ++i) {
          bool alive = true;
          {
            const covey::stop_callback on_stop(token, [&] {
              ++calls;
              calls_seen_gone += alive ? 0 : 1;
            });
          }
          alive = false;
        }
      });
    }
    std::thread stopper([&] {
      dawdle(delay);
      kids.stop();
    });
    stopper.join();
    kids.join();
    ASSERT_EQ(calls_seen_gone.load(), 0);
  });
}

TEST_P(stop_race, of_a_child_s_own_stop_with_its_end) {
  repeat([&](dice& roll) {
    const std::uint64_t delay = roll.below(500);
    covey::nursery kids{{.pool = &pool_}};
    auto value = kids.spawn([] {
      covey::this_task::checkpoint();
      return 1;
    });
    auto sibling = kids.spawn([] { return 2; });
    dawdle(delay);
    value.request_stop();
    ASSERT_EQ(sibling.get(), 2);
    value.wait();
    if (value.state() == covey::task_state::done) {
      ASSERT_EQ(value.get(), 1);
    } else {
      ASSERT_THROW(value.get(), covey::cancelled);
    }
  });
}

}  // namespace
