// SPDX-License-Identifier: Apache-2.0
// The timer thread from inside: times and order, disarm against fire, callbacks that arm, forks, the end of the process.
#include "time/timekeeper.hpp"

#include "time/clock.hpp"

#include <covey/config.hpp>
#include <covey/error.hpp>
#include <covey/virtual_clock.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <pthread.h>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#if !COVEY_TSAN  // its runtime may replace operator new already
#  include "replace_new.hpp"
#endif

namespace {

using namespace std::chrono_literals;
using covey::clock;
using covey::virtual_clock;
using covey::runtime::time_base;
using covey::runtime::timekeeper;
using covey::runtime::timer;

// A timer that calls a function, and is disarmed at its end.
struct alarm_clock : timer {
  explicit alarm_clock(
      std::function<void()> what = [] {}, time_base by = time_base::current)
      : then(std::move(what)) {
    base = by;
    fire = [](timer* self) noexcept {
      auto& me = *static_cast<alarm_clock*>(self);
      ++me.fired;
      me.then();
    };
  }
  alarm_clock(const alarm_clock&) = delete;
  alarm_clock& operator=(const alarm_clock&) = delete;
  ~alarm_clock() { timekeeper::disarm(*this); }

  std::function<void()> then;
  std::atomic<int> fired{0};
};

TEST(timekeeper, fires_once_when_the_time_has_come) {
  std::latch rang(1);
  clock::time_point when;
  alarm_clock alarm([&] {
    when = clock::now();
    rang.count_down();
  });
  const auto due = clock::now() + 2ms;
  timekeeper::arm(alarm, due);
  rang.wait();
  EXPECT_GE(when, due);
  timekeeper::disarm(alarm);
  EXPECT_EQ(alarm.fired, 1);
}

TEST(timekeeper, fires_at_once_what_is_due_already) {
  for (const auto due : {clock::time_point::min(), clock::time_point{}, clock::now()}) {
    std::latch rang(1);
    alarm_clock alarm([&] { rang.count_down(); });
    timekeeper::arm(alarm, due);
    rang.wait();
  }
}

TEST(timekeeper, wakes_early_for_a_timer_that_is_due_before_the_one_it_sleeps_for) {
  alarm_clock far;
  timekeeper::arm(far, clock::now() + 24h);
  std::latch rang(1);
  alarm_clock near([&] { rang.count_down(); });
  timekeeper::arm(near, clock::now() + 1ms);
  rang.wait();
  EXPECT_EQ(far.fired, 0);
}

TEST(timekeeper, fires_by_time_and_equal_times_in_the_order_of_arming) {
  virtual_clock time;
  const auto start = time.now();
  std::string order;
  alarm_clock a([&] { order += 'a'; });
  alarm_clock b([&] { order += 'b'; });
  alarm_clock c([&] { order += 'c'; });
  alarm_clock d([&] { order += 'd'; });
  timekeeper::arm(a, start + 30ms);
  timekeeper::arm(b, start + 10ms);
  timekeeper::arm(c, start + 20ms);
  timekeeper::arm(d, start + 10ms);
  time.advance(10ms);
  EXPECT_EQ(order, "bd");
  time.advance(1h);
  EXPECT_EQ(order, "bdca");
}

TEST(timekeeper, moves_an_armed_timer_both_ways) {
  virtual_clock time;
  const auto start = time.now();
  alarm_clock alarm;
  timekeeper::arm(alarm, start + 10s);
  timekeeper::arm(alarm, start + 20s);
  time.advance_to(start + 15s);
  EXPECT_EQ(alarm.fired, 0);
  timekeeper::arm(alarm, start + 16s);
  time.advance_to(start + 16s);
  EXPECT_EQ(alarm.fired, 1);
  time.advance_to(start + 30s);
  EXPECT_EQ(alarm.fired, 1);
}

TEST(timekeeper, never_fires_what_is_due_at_the_end_of_time) {
  virtual_clock time;
  alarm_clock alarm;
  timekeeper::arm(alarm, clock::time_point::max());
  time.advance_to(clock::time_point::max());
  EXPECT_EQ(alarm.fired, 0);
}

TEST(timekeeper, does_not_fire_what_was_disarmed) {
  virtual_clock time;
  alarm_clock alarm;
  timekeeper::disarm(alarm);
  timekeeper::arm(alarm, time.now() + 1s);
  timekeeper::disarm(alarm);
  timekeeper::disarm(alarm);
  time.advance(2s);
  EXPECT_EQ(alarm.fired, 0);
}

TEST(timekeeper, lets_a_callback_arm_its_own_timer_again) {
  virtual_clock time;
  alarm_clock tick;
  tick.then = [&] { timekeeper::arm(tick, time.now() + 10ms); };
  timekeeper::arm(tick, time.now() + 10ms);
  time.advance(1s);
  EXPECT_EQ(tick.fired, 100);
  timekeeper::disarm(tick);
  time.advance(1s);
  EXPECT_EQ(tick.fired, 100);
}

TEST(timekeeper, lets_a_callback_arm_and_disarm_others) {
  virtual_clock time;
  alarm_clock other;
  alarm_clock victim;
  alarm_clock acts([&] {
    timekeeper::arm(other, time.now() + 1s);
    timekeeper::disarm(victim);
  });
  timekeeper::arm(acts, time.now() + 1s);
  timekeeper::arm(victim, time.now() + 1s);
  time.advance(5s);
  EXPECT_EQ(other.fired, 1);
  EXPECT_EQ(victim.fired, 0);
}

TEST(timekeeper, lets_a_callback_disarm_and_destroy_its_own_timer) {
  virtual_clock time;
  auto alarm = std::make_unique<alarm_clock>();
  bool rang = false;
  alarm->then = [&] {
    bool& out = rang;
    timekeeper::arm(*alarm, time.now() + 1s);
    alarm.reset();
    out = true;
  };
  timekeeper::arm(*alarm, time.now() + 1s);
  time.advance(5s);
  EXPECT_TRUE(rang);
}

TEST(timekeeper, disarm_waits_for_the_callback_on_the_timer_thread) {
  std::latch inside(1);
  std::latch go(1);
  int written = 0;  // not atomic: disarm() must order it
  alarm_clock slow([&] {
    inside.count_down();
    go.wait();
    written = 1;
  });
  timekeeper::arm(slow, clock::now());
  inside.wait();
  std::thread opener([&] { go.count_down(); });
  timekeeper::disarm(slow);
  EXPECT_EQ(written, 1);
  opener.join();
}

TEST(timekeeper, disarm_does_not_wait_for_the_callback_of_another_timer) {
  std::latch inside(1);
  std::latch go(1);
  alarm_clock slow([&] {
    inside.count_down();
    go.wait();
  });
  alarm_clock next;
  timekeeper::arm(slow, clock::now());
  inside.wait();
  timekeeper::arm(next, clock::now());
  timekeeper::disarm(next);
  EXPECT_EQ(next.fired, 0);
  go.count_down();
}

TEST(timekeeper, after_disarm_a_timer_may_die_though_its_callback_armed_it_again) {
  for (int round = 0; round < 1000; ++round) {
    std::latch rang(1);
    auto tick = std::make_unique<alarm_clock>();
    tick->then = [&, self = tick.get()] {
      if (self->fired == 1) {
        rang.count_down();
      }
      timekeeper::arm(*self, clock::now());
    };
    timekeeper::arm(*tick, clock::now());
    rang.wait();
    tick.reset();  // a touch by the timer thread after this would be of freed memory
  }
}

TEST(timekeeper, fires_or_disarms_when_both_are_tried_at_once) {
  int fired = 0;
  for (int round = 0; round < 3000; ++round) {
    auto alarm = std::make_unique<alarm_clock>();
    int plain = 0;  // not atomic: disarm() must order it
    alarm->then = [&plain] { ++plain; };
    timekeeper::arm(*alarm, clock::now() + std::chrono::microseconds(round % 50));
    timekeeper::disarm(*alarm);
    EXPECT_EQ(plain, alarm->fired);
    EXPECT_LE(plain, 1);
    fired += plain;
  }
  RecordProperty("fired", fired);
}

TEST(timekeeper, serves_many_threads_at_once) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int round = 0; round < 100; ++round) {
        std::latch rang(8);
        std::array<std::unique_ptr<alarm_clock>, 8> alarms;
        for (auto& each : alarms) {
          each = std::make_unique<alarm_clock>([&] { rang.count_down(); });
          timekeeper::arm(*each, clock::now() + 1h);
        }
        for (auto& each : alarms) {
          timekeeper::arm(*each, clock::now() + 10us);
        }
        rang.wait();
      }
    });
  }
  for (std::thread& each : threads) {
    each.join();
  }
  EXPECT_EQ(timekeeper::next_due(), clock::time_point::max());
}

TEST(timekeeper, keeps_guards_on_the_steady_clock_while_a_virtual_one_stands_still) {
  const virtual_clock time;
  alarm_clock deadline;
  timekeeper::arm(deadline, time.now() + 1ms);
  std::latch rang(3);
  alarm_clock guard([] {}, time_base::steady);
  guard.then = [&] {
    if (guard.fired <= 3) {
      rang.count_down();
      timekeeper::arm(guard, clock::now() + 1ms);
    }
  };
  timekeeper::arm(guard, clock::now() + 1ms);
  rang.wait();
  EXPECT_EQ(deadline.fired, 0);
}

TEST(timekeeper, goes_by_the_steady_clock_again_after_a_virtual_one) {
  std::latch rang(1);
  alarm_clock alarm([&] { rang.count_down(); });
  {
    const virtual_clock time;
    timekeeper::arm(alarm, time.now() + 1ms);
  }
  rang.wait();
}

#if !COVEY_TSAN
// @returns whether it failed for want of memory.
bool arm_without_memory(timer& t, clock::time_point due) {
  const covey_test::failing_allocation next(1);
  try {
    timekeeper::arm(t, due);
  } catch (const std::bad_alloc&) {
    return true;
  }
  return false;
}

TEST(timekeeper, keeps_a_timer_as_it_was_when_memory_runs_out) {
  virtual_clock time;
  const auto due = time.now() + 1s;
  std::vector<std::unique_ptr<alarm_clock>> alarms(200);
  int failures = 0;
  for (auto& each : alarms) {
    each = std::make_unique<alarm_clock>();
    if (arm_without_memory(*each, due)) {
      ++failures;
      timekeeper::arm(*each, due);
    }
  }
  EXPECT_GT(failures, 0);
  time.advance(1s);
  for (const auto& each : alarms) {
    EXPECT_EQ(each->fired, 1);
  }
}
#endif

TEST(timekeeper, names_its_thread_and_lets_the_signals_of_the_process_in) {
  std::latch rang(1);
  std::array<char, 16> name{};
  sigset_t blocked;
  sigemptyset(&blocked);
  bool on_timer_thread = false;
  alarm_clock alarm([&] {
    ::pthread_getname_np(::pthread_self(), name.data(), name.size());
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    on_timer_thread = timekeeper::on_timer_thread();
    rang.count_down();
  });
  timekeeper::arm(alarm, clock::now());
  rang.wait();
  EXPECT_STREQ(name.data(), "covey-timer");
  EXPECT_TRUE(on_timer_thread);
  EXPECT_FALSE(timekeeper::on_timer_thread());
  for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGUSR1, SIGCHLD, SIGPROF}) {
    EXPECT_EQ(sigismember(&blocked, each), 0) << each;
  }
}

TEST(timekeeper, refuses_in_a_forked_child_and_hangs_nothing_there) {
  alarm_clock armed;
  timekeeper::arm(armed, clock::now() + 24h);
  const pid_t child = ::fork();
  if (child == 0) {
    timekeeper::disarm(armed);
    bool refused = timekeeper::next_due() == clock::time_point::max();
    try {
      timekeeper::arm(armed, clock::now());
      refused = false;
    } catch (const covey::pool_error&) {
    }
    ::_exit(refused && armed.fired == 0 ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(timekeeper, lets_a_forked_child_go_that_was_forked_inside_a_callback) {
  int status = -1;
  std::latch rang(1);
  alarm_clock forks;
  forks.then = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      timekeeper::disarm(forks);
      ::_exit(7);
    }
    ::waitpid(child, &status, 0);
    rang.count_down();
  };
  timekeeper::arm(forks, clock::now());
  rang.wait();
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

std::string threads_of_this_process() {
  std::string names;
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  for (const auto& each : tasks) {
    std::ifstream file(each.path() / "comm");
    std::string name;
    std::getline(file, name);
    names += name + ' ';
  }
  return names;
}

TEST(timekeeper_death_test, starts_its_thread_with_the_first_timer_and_ends_with_the_process) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a fresh process
  EXPECT_EXIT(
      {
        static alarm_clock never_disarmed_before_main_ends;
        timekeeper::disarm(never_disarmed_before_main_ends);
        const bool none = threads_of_this_process().find("covey-timer") == std::string::npos;
        timekeeper::arm(never_disarmed_before_main_ends, clock::now() + 1h);
        std::latch rang(1);
        alarm_clock alarm([&] { rang.count_down(); });
        timekeeper::arm(alarm, clock::now());
        rang.wait();
        const bool one = threads_of_this_process().find("covey-timer") != std::string::npos;
        std::exit(none && one ? 3 : 1);  // NOLINT(concurrency-mt-unsafe): what is tested
      },
      testing::ExitedWithCode(3),
      "");
}

TEST(timekeeper_death_test, works_in_a_forked_child_of_a_process_that_had_no_timers) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const pid_t child = ::fork();
        if (child == 0) {
          std::latch rang(1);
          alarm_clock alarm([&] { rang.count_down(); });
          timekeeper::arm(alarm, clock::now());
          rang.wait();
          ::_exit(5);
        }
        int status = -1;
        ::waitpid(child, &status, 0);
        ::_exit(WEXITSTATUS(status));
      },
      testing::ExitedWithCode(5),
      "");
}

}  // namespace
