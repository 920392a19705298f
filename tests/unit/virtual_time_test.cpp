// SPDX-License-Identifier: Apache-2.0
// The virtual clock from inside: what sleeps in park_until and what the timekeeper fires, in the order of time.
#include "base/futex.hpp"
#include "time/clock.hpp"
#include "time/timekeeper.hpp"

#include <covey/error.hpp>
#include <covey/virtual_clock.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using covey::clock;
using covey::virtual_clock;
using covey::runtime::everyone;
using covey::runtime::now;
using covey::runtime::park_until;
using covey::runtime::timekeeper;
using covey::runtime::timer;
using covey::runtime::wake;
using word = std::atomic<std::uint32_t>;

struct alarm_clock : timer {
  explicit alarm_clock(std::function<void()> what) : then(std::move(what)) {
    fire = [](timer* self) noexcept { static_cast<alarm_clock*>(self)->then(); };
  }
  alarm_clock(const alarm_clock&) = delete;
  alarm_clock& operator=(const alarm_clock&) = delete;
  ~alarm_clock() { timekeeper::disarm(*this); }
  std::function<void()> then;
};

// A thread in one sleep until a time.
class sleeper {
 public:
  explicit sleeper(clock::time_point until)
      : thread_([this, until] {
          timed_out_ = !park_until(word_, 0, until);
          woke_at_ = now();
        }) {}
  sleeper(const sleeper&) = delete;
  sleeper& operator=(const sleeper&) = delete;
  ~sleeper() {
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  void rouse() {
    word_ = 1;
    wake(word_, everyone);
  }
  bool timed_out() {
    thread_.join();
    return timed_out_;
  }
  // After timed_out().
  [[nodiscard]] clock::time_point woke_at() const { return woke_at_; }

 private:
  word word_{0};
  bool timed_out_ = false;
  clock::time_point woke_at_;
  std::thread thread_;
};

TEST(virtual_time, is_the_time_of_the_engine_while_the_clock_lives) {
  {
    virtual_clock time;
    const auto start = time.now();
    EXPECT_EQ(now(), start);
    EXPECT_EQ(now(), start);
    time.advance(24h);
    EXPECT_EQ(now(), start + 24h);
  }
  EXPECT_LT(now(), clock::now() + 1h);
}

TEST(virtual_time, wakes_a_sleeper_when_its_time_has_come_and_not_before) {
  virtual_clock time;
  const auto start = time.now();
  sleeper one(start + 10s);
  time.wait_for_sleepers(1);
  time.advance(9s);
  time.wait_for_sleepers(1);  // it sleeps still
  time.advance(1s);
  EXPECT_TRUE(one.timed_out());
  EXPECT_EQ(one.woke_at(), start + 10s);
}

TEST(virtual_time, does_not_let_sleep_what_is_due_already) {
  virtual_clock time;
  time.advance(1h);
  word w{0};
  EXPECT_FALSE(park_until(w, 0, time.now()));
  EXPECT_FALSE(park_until(w, 0, clock::time_point::min()));
  EXPECT_TRUE(park_until(w, 1, clock::time_point::min()));
}

TEST(virtual_time, lets_a_wake_end_a_sleep_with_a_deadline) {
  const virtual_clock time;
  sleeper one(time.now() + 10s);
  sleeper other(time.now() + 10s);
  time.wait_for_sleepers(2);
  one.rouse();
  EXPECT_FALSE(one.timed_out());
  time.wait_for_sleepers(1);
  other.rouse();
  EXPECT_FALSE(other.timed_out());
}

TEST(virtual_time, wakes_as_many_sleepers_as_asked_with_and_without_deadlines) {
  const virtual_clock time;
  word w{0};
  std::atomic<int> woken{0};
  std::latch third(3);
  const auto sleeps_until = [&](clock::time_point until) {
    return std::thread([&, until] {
      park_until(w, 0, until);
      ++woken;
      third.count_down();
    });
  };
  std::thread a = sleeps_until(time.now() + 1h);
  std::thread b = sleeps_until(time.now() + 2h);
  time.wait_for_sleepers(2);
  wake(w, 1);
  a.join();  // the one due first
  EXPECT_EQ(woken, 1);
  time.wait_for_sleepers(1);
  std::thread c = sleeps_until(clock::time_point::max());
  w = 1;
  wake(w, everyone);
  third.wait();
  b.join();
  c.join();
}

TEST(virtual_time, serves_timers_and_sleepers_in_the_order_of_time) {
  virtual_clock time;
  const auto start = time.now();
  std::vector<clock::time_point> fired;
  alarm_clock first([&] { fired.push_back(now()); });
  alarm_clock third([&] { fired.push_back(now()); });
  timekeeper::arm(first, start + 1s);
  timekeeper::arm(third, start + 3s);
  sleeper second(start + 2s);
  time.wait_for_sleepers(3);
  time.advance(10s);
  EXPECT_EQ(fired, (std::vector<clock::time_point>{start + 1s, start + 3s}));
  EXPECT_TRUE(second.timed_out());
  EXPECT_GE(second.woke_at(), start + 2s);
  EXPECT_EQ(time.now(), start + 10s);
}

TEST(virtual_time, serves_a_timer_before_a_sleeper_of_the_same_time) {
  virtual_clock time;
  const auto due = time.now() + 1s;
  word w{0};
  alarm_clock stops([&] {
    w = 1;
    wake(w, everyone);
  });
  timekeeper::arm(stops, due);
  bool timed_out = true;
  std::thread sleeping([&] { timed_out = !park_until(w, 0, due); });
  time.wait_for_sleepers(2);
  time.advance(1s);
  sleeping.join();
  EXPECT_FALSE(timed_out);
}

TEST(virtual_time, has_finished_callbacks_when_advance_returns) {
  virtual_clock time;
  int plain = 0;  // not atomic: advance() must order it
  alarm_clock alarm([&] { ++plain; });
  for (int i = 1; i <= 200; ++i) {
    timekeeper::arm(alarm, time.now() + 1ms);
    time.advance(1ms);
    EXPECT_EQ(plain, i);
  }
}

TEST(virtual_time, refuses_to_be_advanced_by_a_callback_which_the_advance_waits_for) {
  virtual_clock time;
  std::string refused;
  alarm_clock alarm([&] {
    try {
      time.advance(1s);
    } catch (const covey::structure_error& e) {
      refused = e.what();
    }
  });
  timekeeper::arm(alarm, time.now() + 1s);
  time.advance(1s);
  EXPECT_NE(refused.find("virtual_clock"), std::string::npos) << refused;
}

TEST(virtual_time, lets_several_threads_advance) {
  virtual_clock time;
  const auto start = time.now();
  std::atomic<int> ticks{0};
  alarm_clock tick([&] { ++ticks; });
  tick.then = [&] {
    ++ticks;
    timekeeper::arm(tick, now() + 1ms);
  };
  timekeeper::arm(tick, start + 1ms);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        time.advance_to(now() + 1ms);
      }
    });
  }
  for (std::thread& each : threads) {
    each.join();
  }
  timekeeper::disarm(tick);
  EXPECT_EQ(ticks, (time.now() - start) / 1ms);
}

TEST(virtual_time, gives_sleepers_back_to_the_steady_clock_at_its_end) {
  std::optional<virtual_clock> time(std::in_place);
  sleeper brief(time->now() + 1ms);
  sleeper lasting(time->now() + 1h);
  time->wait_for_sleepers(2);
  time.reset();
  EXPECT_TRUE(brief.timed_out());
  lasting.rouse();
  EXPECT_FALSE(lasting.timed_out());
}

TEST(virtual_time, loses_no_wake_up_that_races_an_advance) {
  for (int round = 0; round < 500; ++round) {
    virtual_clock time;
    sleeper one(time.now() + 1s);
    std::thread waker([&] { one.rouse(); });
    time.advance(round % 2 == 0 ? 1s : 10ms);
    waker.join();
    one.timed_out();  // ends, one way or the other
  }
}

}  // namespace
