// SPDX-License-Identifier: Apache-2.0
// The watchdog and the audit of stops (semantics 29; rows 21 and 24 of the abuse list).
#include "each_pool_size.hpp"
#include "gate.hpp"
#include "sanitized.hpp"

#include <covey/covey.hpp>
#include <covey/watchdog.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using covey_test::gate;
using namespace std::chrono_literals;

COVEY_EACH_POOL_SIZE(watchdog);

// Burns time without ever looking at a stop.
void ignore_stops_until(const std::atomic<bool>& end) {
  while (!end) {
    std::this_thread::yield();
  }
}

TEST_P(watchdog, row_21_names_a_child_that_ignores_its_stop) {
  std::atomic<bool> end{false};
  std::atomic<int> reports{0};
  std::atomic<pid_t> thread{0};
  gate begun;
  std::vector<covey::overstay> seen;
  {
    const covey::watchdog dog(
        {.patience = 5ms, .interval = 1ms, .report = [&](const covey::watchdog_report& found) {
           ++reports;
           seen.insert(seen.end(), found.overstays.begin(), found.overstays.end());
           end = true;
         }});
    covey::nursery kids{here({.name = "stubborn"})};
    auto child = kids.spawn("deaf", [&] {
      thread = ::gettid();
      begun.open();
      ignore_stops_until(end);
    });
    EXPECT_FALSE(child.ready());
    begun.wait();
    kids.stop("enough");
    kids.join();  // still waits
    EXPECT_TRUE(end);
  }
  EXPECT_EQ(reports, 1) << "a child is reported once";
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].child.name.view(), "deaf");
  EXPECT_NE(seen[0].child.file.find("watchdog_test.cpp"), std::string::npos);
  EXPECT_EQ(seen[0].thread, static_cast<std::uint32_t>(thread.load()));
  EXPECT_GE(seen[0].child.stopping_for, 5ms);
  EXPECT_GT(seen[0].child.unchecked, 0ns);
  if (!covey_test::sanitized) {  // they may delay signals
    EXPECT_GT(seen[0].stack.size(), 2U);
  }
  covey::watchdog_report again;
  again.overstays = seen;
  const std::string text = to_string(again);
  EXPECT_NE(text.find("'deaf'"), std::string::npos) << text;
  EXPECT_NE(text.find("has not stopped"), std::string::npos) << text;
}

TEST_P(watchdog, names_a_child_that_runs_past_a_deadline) {
  std::atomic<bool> end{false};
  std::atomic<int> named{0};
  {
    const covey::watchdog dog(
        {.patience = 2ms, .interval = 1ms, .report = [&](const covey::watchdog_report& found) {
           for (const auto& each : found.overstays) {
             named += static_cast<int>(each.child.name.view() == "slow");
           }
           end = true;
         }});
    covey::nursery kids{here({.timeout = 1ms})};
    kids.run("slow", [&] { ignore_stops_until(end); });
    EXPECT_THROW(kids.join(), covey::timeout_error);
  }
  // The deadline may have come before the child began: then it never did, and nobody is late.
  EXPECT_LE(named, 1);
  EXPECT_EQ(named == 1, end.load());
}

TEST_P(watchdog, does_not_name_children_that_stop) {
  std::atomic<int> reports{0};
  {
    const covey::watchdog dog({.patience = 1h,
                               .interval = 1ms,
                               .report = [&](const covey::watchdog_report&) { ++reports; }});
    covey::nursery kids{here()};
    gate begun;
    auto child = kids.spawn([&] {
      begun.open();
      while (!covey::this_task::stop_requested()) {
        std::this_thread::yield();
      }
    });
    EXPECT_FALSE(child.ready());
    begun.wait();
    kids.stop();
    kids.join();
    const std::uint64_t looks = dog.looks();
    while (dog.looks() < looks + 2) {
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(reports, 0);
}

TEST_P(watchdog, tells_when_everybody_waits) {
  gate told;
  std::atomic<int> deadlocks{0};
  {
    const covey::watchdog dog(
        {.patience = 20ms, .interval = 1ms, .report = [&](const covey::watchdog_report& found) {
           deadlocks += static_cast<int>(found.deadlock);
           EXPECT_NE(to_string(found).find("everybody waits"), std::string::npos);
           told.open();
         }});
    covey::nursery kids{here()};
    std::thread holder;
    kids.run("waits for ever", [&] {
      covey::nursery inner;
      holder = std::thread([&told, door = inner.open_door()] { told.wait(); });
      inner.join();
    });
    kids.join();
    holder.join();
  }
  EXPECT_EQ(deadlocks, 1);
}

TEST_P(watchdog, row_24_goes_on_when_its_report_function_throws) {
  std::atomic<bool> end{false};
  std::atomic<int> reports{0};
  const covey::watchdog dog({.patience = 1ms,
                             .interval = 1ms,
                             .report =
                                 [&](const covey::watchdog_report&) {
                                   ++reports;
                                   end = true;
                                   throw std::runtime_error("from the report");
                                 },
                             .stacks = false});
  for (int i = 1; i <= 2; ++i) {
    end = false;
    gate begun;
    covey::nursery kids{here()};
    auto child = kids.spawn([&] {
      begun.open();
      ignore_stops_until(end);
    });
    EXPECT_FALSE(child.ready());
    begun.wait();
    kids.stop();
    kids.join();
    EXPECT_EQ(reports, i);
  }
}

TEST_P(watchdog, puts_the_level_of_tracking_back) {
  const auto before = covey::tracking();
  {
    const covey::watchdog outer({.interval = 1h});
    const covey::watchdog inner({.interval = 1h});
    EXPECT_EQ(covey::tracking(), covey::tracking_level::full);
  }
  EXPECT_EQ(covey::tracking(), before);
}

TEST_P(watchdog, refuses_lengths_out_of_range) {
  for (const covey::time_limit wrong :
       {covey::time_limit(0ms), covey::time_limit(-1s), covey::time_limit(1000h)}) {
    EXPECT_THROW(covey::watchdog({.patience = wrong}), std::invalid_argument);
    EXPECT_THROW(covey::watchdog({.interval = wrong}), std::invalid_argument);
  }
}

class stop_audit : public covey_test::each_pool_size {
 protected:
  stop_audit() {
    covey::set_tracking(covey::tracking_level::full);
    covey::reset_stop_audit();
  }
  ~stop_audit() override { covey::set_tracking(covey::tracking_level::off); }

  // Of what was spawned at that line of this file; zero if it is not there.
  static std::chrono::nanoseconds longest_of(std::uint32_t line) {
    for (const covey::stop_granularity& each : covey::stop_audit()) {
      if (each.line == line && each.file.find("watchdog_test.cpp") != std::string::npos) {
        return each.longest;
      }
    }
    return {};
  }
};
INSTANTIATE_TEST_SUITE_P(pools, stop_audit, testing::Values(1, 2, 8), covey_test::pool_size_name);

void work_for(std::chrono::nanoseconds length) {
  const auto until = std::chrono::steady_clock::now() + length;
  while (std::chrono::steady_clock::now() < until) {
  }
}

TEST_P(stop_audit, knows_how_long_a_child_did_not_look_at_its_stop) {
  covey::nursery kids{here()};
  kids.run([] { work_for(3ms); });
  const std::uint32_t line = __LINE__ - 1;
  kids.join();
  EXPECT_GE(longest_of(line), 2900us);  // the length of a tick is known to some thousandths
}

TEST_P(stop_audit, counts_from_one_look_to_the_next) {
  covey::nursery kids{here()};
  kids.run([] {
    for (int i = 0; i < 10; ++i) {
      work_for(1ms);
      covey::this_task::checkpoint();
    }
  });
  const std::uint32_t line = __LINE__ - 6;
  kids.join();
  EXPECT_GE(longest_of(line), 900us);
}

TEST_P(stop_audit, counts_a_child_that_still_runs) {
  covey::nursery kids{here()};
  kids.spawn([] {
        work_for(2ms);
        EXPECT_GE(longest_of(__LINE__ - 2), 1900us);
      })
      .get();
}

TEST_P(stop_audit, counts_the_items_of_a_batch) {
  std::vector<int> items(8);
  const std::uint32_t line = __LINE__ + 1;
  covey::for_each(items, [](int& /*item*/) { work_for(2ms); }, {.pool = &pool()});
  EXPECT_GE(longest_of(line), 1900us);
}

TEST_P(stop_audit, forgets_when_asked) {
  covey::nursery kids{here()};
  kids.spawn([] { work_for(1ms); }).get();
  EXPECT_FALSE(covey::stop_audit().empty());
  covey::reset_stop_audit();
  EXPECT_TRUE(covey::stop_audit().empty());
}

}  // namespace
