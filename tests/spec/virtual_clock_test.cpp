// SPDX-License-Identifier: Apache-2.0
// The promises of virtual_clock, and with it what deadlines and sleeps do at exact times (robustness rows 19 and 20).
#include <covey/covey.hpp>
#include <covey/virtual_clock.hpp>

#include <atomic>
#include <chrono>
#include <cmath>
#include <future>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;
using covey::clock;
using covey::virtual_clock;

TEST(virtual_clock, starts_at_the_present_and_stands_still) {
  const auto before = clock::now();
  const virtual_clock time;
  const auto start = time.now();
  EXPECT_GE(start, before);
  EXPECT_LE(start, clock::now());
  EXPECT_EQ(time.now(), start);
}

TEST(virtual_clock, moves_only_when_it_is_advanced_and_never_back) {
  virtual_clock time;
  const auto start = time.now();
  time.advance(250ms);
  EXPECT_EQ(time.now(), start + 250ms);
  time.advance_to(start + 1h);
  EXPECT_EQ(time.now(), start + 1h);
  time.advance_to(start);
  time.advance(0s);
  EXPECT_EQ(time.now(), start + 1h);
}

TEST(virtual_clock, takes_any_duration_and_saturates) {
  virtual_clock time;
  const auto start = time.now();
  time.advance(std::chrono::duration<double>(0.5));
  EXPECT_EQ(time.now(), start + 500ms);
  time.advance(std::chrono::hours::max());
  EXPECT_GT(time.now(), start + 24h * 365 * 100);
  time.advance(std::chrono::duration<double>(std::numeric_limits<double>::infinity()));
  time.advance(std::chrono::hours::max());
  EXPECT_EQ(time.now(), clock::time_point::max());
}

TEST(virtual_clock, refuses_durations_that_are_none_or_negative) {
  virtual_clock time;
  const auto start = time.now();
  EXPECT_THROW(time.advance({}), std::invalid_argument);
  EXPECT_THROW(time.advance(-1ns), std::invalid_argument);
  EXPECT_THROW(time.advance(std::chrono::duration<double>(std::nan(""))), std::invalid_argument);
  EXPECT_EQ(time.now(), start);
}

TEST(virtual_clock, lives_alone_and_says_where_the_other_was_made) {
  {
    const virtual_clock time;
    try {
      const virtual_clock second;
      FAIL() << "two virtual clocks live";
    } catch (const covey::structure_error& e) {
      const std::string text = e.what();
      const auto first_site = text.find("virtual_clock_test.cpp");
      ASSERT_NE(first_site, std::string::npos) << text;
      EXPECT_NE(text.find("virtual_clock_test.cpp", first_site + 1), std::string::npos) << text;
    }
    EXPECT_EQ(time.now(), time.now());
  }
  const virtual_clock next;  // one after the other is fine
}

TEST(virtual_clock, waits_for_no_sleepers_when_none_are_asked_for) {
  const virtual_clock time;
  time.wait_for_sleepers(0);
}

TEST(virtual_clock, ends_a_sleep_outside_any_task_at_its_exact_time) {
  virtual_clock time;
  const auto start = time.now();
  auto woke_at = std::async(std::launch::async, [&] {
    covey::this_task::sleep_for(10s);
    return time.now();
  });
  time.wait_for_sleepers(1);
  time.advance(9s);
  time.wait_for_sleepers(1);
  time.advance(1s);
  EXPECT_EQ(woke_at.get(), start + 10s);
}

TEST(virtual_clock, ends_a_childs_sleep) {
  virtual_clock time;
  const auto start = time.now();
  covey::nursery kids;
  auto woke_at = kids.spawn([&] {
    covey::this_task::sleep_until(start + 1h);
    return time.now();
  });
  std::thread test([&] {
    time.wait_for_sleepers(1);
    time.advance(1h);
  });
  EXPECT_EQ(woke_at.get(), start + 1h);
  test.join();
}

TEST(virtual_clock, fires_a_deadline_at_its_time) {
  virtual_clock time;
  std::atomic<bool> overslept{false};
  std::thread test([&] {
    time.wait_for_sleepers(2);  // the child, and the timer of the deadline
    time.advance(2s);
  });
  const auto scope = [&] {
    covey::nursery kids{{.name = "tight", .timeout = 2s}};
    kids.run([&] {
      covey::this_task::sleep_for(1h);
      overslept = true;
    });
    kids.join();
  };
  EXPECT_THROW(scope(), covey::timeout_error);
  EXPECT_FALSE(overslept);
  test.join();
}

TEST(virtual_clock, lets_no_deadline_fire_while_it_stands_still) {
  const virtual_clock time;
  covey::nursery kids{{.timeout = 1ns}};
  auto answer = kids.spawn([] { return 42; });
  EXPECT_EQ(answer.get(), 42);
  kids.join();
}

TEST(virtual_clock, shows_in_what_remains_of_a_deadline) {
  virtual_clock time;
  covey::nursery kids{{.timeout = 10s}};
  time.advance(4s);
  EXPECT_EQ(covey::this_task::remaining(), 6s);
}

TEST(virtual_clock, starts_nothing_under_a_timeout_that_is_zero_or_negative) {
  const virtual_clock time;
  for (const auto timeout : {0s, -5s}) {
    bool ran = false;
    const auto scope = [&] {
      covey::nursery kids{{.timeout = timeout}};
      kids.run([&] { ran = true; });
      kids.join();
    };
    EXPECT_THROW(scope(), covey::timeout_error);
    EXPECT_FALSE(ran);
  }
}

}  // namespace
