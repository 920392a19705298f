// SPDX-License-Identifier: Apache-2.0
// park_until and wake by the real clock: wake-ups, times that passed, signals (robustness row 20).
#include "time/clock.hpp"

#include "base/futex.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <latch>
#include <pthread.h>
#include <signal.h>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using covey::clock;
using covey::runtime::everyone;
using covey::runtime::park_until;
using covey::runtime::wake;
using word = std::atomic<std::uint32_t>;

constexpr auto for_ever = clock::time_point::max();

TEST(park_until, returns_at_once_when_the_word_differs) {
  word w{1};
  EXPECT_TRUE(park_until(w, 0, for_ever));
  EXPECT_TRUE(park_until(w, 0, clock::time_point::min()));
  EXPECT_TRUE(park_until(w, 0, clock::now() - 1h));
}

TEST(park_until, returns_at_once_when_the_time_has_passed) {
  word w{0};
  EXPECT_FALSE(park_until(w, 0, clock::time_point::min()) && w == 0);
  EXPECT_FALSE(park_until(w, 0, clock::time_point{}));
  EXPECT_FALSE(park_until(w, 0, clock::now() - 1ns));
}

TEST(park_until, does_not_end_before_its_time) {
  word w{0};
  const auto until = clock::now() + 2ms;
  EXPECT_FALSE(park_until(w, 0, until));
  EXPECT_GE(clock::now(), until);
}

TEST(park_until, takes_times_near_the_end_of_the_clock) {
  word w{0};
  std::thread sleeper([&] {
    while (w == 0) {
      park_until(w, 0, for_ever - 1ns);
    }
  });
  w = 1;
  wake(w, 1);
  sleeper.join();
}

TEST(wake, wakes_every_sleeper_whose_word_changed) {
  word w{0};
  std::vector<std::thread> sleepers;
  sleepers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    sleepers.emplace_back([&, i] {
      while (w == 0) {
        EXPECT_TRUE(park_until(w, 0, i % 2 == 0 ? for_ever : clock::now() + 1h));
      }
    });
  }
  w = 1;
  wake(w, everyone);
  for (std::thread& each : sleepers) {
    each.join();
  }
}

TEST(wake, is_never_lost_between_two_threads_that_take_turns) {
  word turn{0};
  constexpr std::uint32_t rounds = 5000;
  const auto plays = [&](std::uint32_t parity) {
    for (std::uint32_t seen = turn; seen < rounds; seen = turn) {
      if (seen % 2 == parity) {
        turn = seen + 1;
        wake(turn, 1);
      } else {
        park_until(turn, seen, for_ever);
      }
    }
  };
  std::thread other([&] { plays(1); });
  plays(0);
  other.join();
}

extern "C" void ignore_signal(int /*signal*/) {
}

TEST(park_until, is_not_ended_by_signals) {
  struct sigaction interrupts {};
  interrupts.sa_handler = ignore_signal;  // without SA_RESTART: the sleep sees EINTR
  struct sigaction before {};
  ASSERT_EQ(::sigaction(SIGUSR1, &interrupts, &before), 0);
  word asleep{0};
  word forever{0};
  std::atomic<bool> done{false};
  std::latch ready(1);
  std::thread sleeper([&] {
    ready.count_down();
    const auto until = clock::now() + 20ms;
    EXPECT_FALSE(park_until(asleep, 0, until));
    EXPECT_GE(clock::now(), until);
    done = true;
    EXPECT_TRUE(park_until(forever, 0, for_ever));
    EXPECT_EQ(forever, 1U);
  });
  ready.wait();
  while (!done) {
    ::pthread_kill(sleeper.native_handle(), SIGUSR1);
    std::this_thread::yield();
  }
  for (int i = 0; i < 1000; ++i) {
    ::pthread_kill(sleeper.native_handle(), SIGUSR1);
  }
  forever = 1;
  wake(forever, 1);
  sleeper.join();
  ::sigaction(SIGUSR1, &before, nullptr);
}

TEST(now, is_the_steady_clock_while_no_virtual_clock_lives) {
  const auto before = clock::now();
  const auto seen = covey::runtime::now();
  EXPECT_LE(before, seen);
  EXPECT_LE(seen, clock::now());
}

}  // namespace
