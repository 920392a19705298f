// SPDX-License-Identifier: Apache-2.0
// The parking lot alone: no wake-up is lost, whenever it comes.
#include "worker/lot.hpp"

#include "bounded.hpp"
#include "sanitized.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace {

using covey::runtime::lot;
using namespace std::chrono_literals;

class parking_lot : public testing::Test {
 private:
  covey_test::bounded bound_;
};

TEST_F(parking_lot, lets_nobody_sleep_whose_question_is_answered) {
  int asked = 0;
  lot::wait(&asked, [&] { return ++asked == 1; });
  EXPECT_EQ(asked, 1);
}

// The one moment at which a wake-up could be lost: the question was answered "no", and the sleeper does not sleep yet.
TEST_F(parking_lot, loses_no_wake_up_between_the_question_and_the_sleep) {
  std::atomic<bool> there{false};
  int asked = 0;
  lot::wait(&there, [&] {
    if (++asked == 1) {
      std::thread([&] {
        there.store(true, std::memory_order_seq_cst);
        lot::wake(&there);
      }).join();
      return false;
    }
    return there.load(std::memory_order_seq_cst);
  });
  EXPECT_EQ(asked, 2);
}

TEST_F(parking_lot, wakes_a_sleeper) {
  std::atomic<bool> there{false};
  std::atomic<bool> asks{false};
  std::thread sleeper([&] {
    lot::wait(&there, [&] {
      asks = true;
      return there.load(std::memory_order_seq_cst);
    });
  });
  while (!asks) {
    std::this_thread::yield();
  }
  there.store(true, std::memory_order_seq_cst);
  lot::wake(&there);
  sleeper.join();
}

TEST_F(parking_lot, gives_up_at_its_time_and_asks_once_more) {
  int asked = 0;
  const bool there = lot::wait_real(&asked, covey::clock::now() + 1ms, [&] { return ++asked > 1; });
  EXPECT_TRUE(there) << "the last answer counts";
  EXPECT_EQ(asked, 2);
}

TEST_F(parking_lot, wakes_everybody_whatever_the_address) {
  constexpr std::size_t count = 8;
  std::array<std::atomic<bool>, count> asks{};
  std::atomic<bool> there{false};
  std::vector<std::thread> all;
  for (std::atomic<bool>& mine : asks) {
    all.emplace_back([&] {
      lot::wait(&mine, [&] {
        mine = true;
        return there.load(std::memory_order_seq_cst);
      });
    });
  }
  for (const std::atomic<bool>& each : asks) {
    while (!each) {
      std::this_thread::yield();
    }
  }
  there.store(true, std::memory_order_seq_cst);
  lot::wake_everybody();
  for (std::thread& each : all) {
    each.join();
  }
}

// Two threads hand a number to and fro; each sleeps until it is its turn. A lost wake-up is a hang.
TEST_F(parking_lot, hands_a_turn_to_and_fro) {
  const int turns = covey_test::sanitized ? 2'000 : 20'000;
  std::atomic<int> turn{0};
  const auto play = [&](int first) {
    for (int mine = first; mine < turns; mine += 2) {
      lot::wait(&turn, [&] { return turn.load(std::memory_order_seq_cst) == mine; });
      turn.store(mine + 1, std::memory_order_seq_cst);
      lot::wake(&turn);
    }
  };
  std::thread other(play, 1);
  play(0);
  other.join();
  EXPECT_EQ(turn, turns);
}

}  // namespace
