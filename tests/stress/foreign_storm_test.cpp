// SPDX-License-Identifier: Apache-2.0
// Row 27 of the robustness table: a thousand foreign threads at once, with nurseries of their own, doors and futures.
#include "bounded.hpp"
#include "gate.hpp"
#include "threads_alive.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <gtest/gtest.h>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace {

using covey_test::gate;

// ThreadSanitizer takes milliseconds for each.
constexpr int storm_size = COVEY_TSAN != 0 ? 250 : 1000;

class foreign_storm : public testing::TestWithParam<int> {
 protected:
  // Starts up to that many threads, which all begin together; fewer where the system refuses.
  template <class Work>
  static std::size_t storm(Work&& work) {
    gate go;
    std::vector<std::thread> threads;
    for (int t = 0; t < storm_size; ++t) {
      try {
        threads.emplace_back([&go, &work, t] {
          go.wait();
          work(t);
        });
      } catch (const std::system_error&) {
        break;
      }
    }
    go.open();
    for (std::thread& thread : threads) {
      thread.join();
    }
    return threads.size();
  }

  covey_test::bounded bound_;
  covey::pool pool_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(pools, foreign_storm, testing::Values(1, 2, 8));

TEST_P(foreign_storm, row_27_a_thousand_threads_with_nurseries_of_their_own) {
  std::atomic<int> sum{0};
  const std::size_t threads = storm([&](int t) {
    covey::nursery kids{{.pool = &pool_}};
    auto a = kids.spawn([t] { return t; });
    auto b = kids.spawn([] { return 1; });
    sum += a.get() - t + b.get();
  });
  EXPECT_GT(threads, 100U);
  EXPECT_EQ(sum.load(), static_cast<int>(threads));
}

TEST_P(foreign_storm, row_27_a_thousand_threads_spawn_through_doors_of_one_nursery) {
  std::atomic<std::size_t> ran{0};
  std::size_t threads = 0;
  {
    covey::nursery kids{{.pool = &pool_}};
    std::vector<covey::nursery::door> doors;
    for (int t = 0; t < storm_size; ++t) {
      doors.push_back(kids.open_door());
    }
    threads = storm([&](int t) {
      covey::nursery::door mine = std::move(doors[static_cast<std::size_t>(t)]);
      for (int i = 0; i < 10; ++i) {
        mine.run([&] { ++ran; });
      }
    });
    doors.clear();
  }
  EXPECT_EQ(ran.load(), threads * 10);
}

TEST_P(foreign_storm, row_27_a_thousand_threads_get_futures_of_one_nursery) {
  std::atomic<int> sum{0};
  covey::nursery kids{{.pool = &pool_}};
  std::vector<covey::future<int>> values;
  for (int t = 0; t < storm_size; ++t) {
    values.push_back(kids.spawn([] { return 1; }));
  }
  const std::size_t threads = storm([&](int t) {
    covey::future<int> mine = std::move(values[static_cast<std::size_t>(t)]);
    sum += mine.get();
  });
  EXPECT_EQ(sum.load(), static_cast<int>(threads));
  kids.join();
}

TEST_P(foreign_storm, row_27_threads_that_come_and_go_leave_nothing_behind) {
  const std::size_t before = covey_test::threads_alive();
  for (int wave = 0; wave < 20; ++wave) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 50; ++t) {
      threads.emplace_back([&] {
        covey::nursery kids{{.pool = &pool_}};
        kids.run([] {});
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  pool_.shutdown();
  EXPECT_TRUE(covey_test::threads_fall_to(before + covey_test::threads_onetbb_may_keep()));
}

}  // namespace
