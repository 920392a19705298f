// SPDX-License-Identifier: Apache-2.0
// Row 17 of the robustness table: a nursery that spawns without end keeps its memory flat. Two million children stand
// for a hundred: a growth of one word for each would be seen four times over.
#include "bounded.hpp"
#include "sanitized.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <cstddef>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace {

using covey_test::bounded;

constexpr int warm_up = 200'000;
constexpr int many = 2'000'000;
constexpr std::size_t allowed = std::size_t{4} << 20U;

/// @returns the memory that the process has in use now.
std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// The highest use of memory over that at the first look.
class growth {
 public:
  void look() {
    const std::size_t now = resident_bytes();
    if (first_ == 0) {
      first_ = now;
    }
    most_ = now > most_ ? now : most_;
  }
  [[nodiscard]] std::size_t bytes() const { return most_ - first_; }

 private:
  std::size_t first_ = 0;
  std::size_t most_ = 0;
};

class flat_memory : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (covey_test::sanitized) {
      GTEST_SKIP() << "sanitizers keep freed memory back, and need minutes for this many children";
    }
  }

  /// Calls `spawn` many times, looking at the memory now and then.
  template <class Spawn>
  static std::size_t growth_while(Spawn spawn, int children = many) {
    growth grown;
    for (int i = 0; i < warm_up; ++i) {
      spawn(i);
    }
    for (int i = 0; i < children; ++i) {
      if (i % (children / 50) == 0) {
        grown.look();
      }
      spawn(i);
    }
    grown.look();
    return grown.bytes();
  }

  std::atomic<int> ran{0};
  [[nodiscard]] auto work() {
    return [this] { ran.fetch_add(1, std::memory_order_relaxed); };
  }

 private:
  bounded bound_;
};

TEST_P(flat_memory, row_17_children_without_futures_under_a_limit) {
  covey::pool pool{GetParam()};
  covey::nursery kids{{.limit = 1000, .pool = &pool}};
  EXPECT_LT(growth_while([&](int) { kids.run(work()); }), allowed);
  kids.join();
  EXPECT_EQ(ran.load(), warm_up + many);
}

TEST_P(flat_memory, row_17_children_whose_futures_are_dropped_under_a_limit) {
  covey::pool pool{GetParam()};
  covey::nursery kids{{.limit = 1000, .pool = &pool}};
  EXPECT_LT(growth_while([&](int) { static_cast<void>(kids.spawn(work())); }), allowed);
  kids.join();
  EXPECT_EQ(ran.load(), warm_up + many);
}

TEST_P(flat_memory, row_17_children_without_futures_with_a_wait_now_and_then) {
  covey::pool pool{GetParam()};
  covey::nursery kids{{.pool = &pool}};
  EXPECT_LT(growth_while([&](int i) {
              kids.run(work());
              if (i % 1000 == 999) {
                kids.wait_idle();
              }
            }),
            allowed);
  kids.join();
  EXPECT_EQ(ran.load(), warm_up + many);
}

TEST_P(flat_memory, row_17_children_of_a_box_under_a_limit) {
  constexpr int fewer = many / 2;  // each takes the common queue
  covey::pool pool{GetParam()};
  covey::nursery_box kids{{.limit = 1000, .pool = &pool}};
  EXPECT_LT(growth_while([&](int) { kids.run(work()); }, fewer), allowed);
  kids.join();
  EXPECT_EQ(ran.load(), warm_up + fewer);
}

TEST_P(flat_memory, row_17_children_that_fail_are_counted_beyond_those_that_are_kept) {
  covey::pool pool{GetParam()};
  covey::nursery kids{
      {.policy = covey::policy::supervise, .limit = 100, .pool = &pool, .max_failures = 10}};
  constexpr int failures = 100'000;
  growth grown;
  for (int i = 1; i <= failures; ++i) {
    kids.run([] { throw 42; });
    if (i % (failures / 10) == 0) {
      grown.look();
    }
  }
  EXPECT_LT(grown.bytes(), allowed);
  try {
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(all.leaves().size(), 10U);
    EXPECT_EQ(all.size() + all.not_kept(), static_cast<std::size_t>(failures));
  }
}

TEST_P(flat_memory, pools_that_come_and_go_leave_nothing_behind) {
  growth grown;
  for (int i = 0; i < 1'500; ++i) {
    covey::pool pool{GetParam() + i % 2};
    covey::nursery kids{{.pool = &pool}};
    kids.run(work());
    if (i >= 200 && i % 100 == 0) {
      grown.look();
    }
  }
  EXPECT_LT(grown.bytes(), allowed);  // 133 kB each were 170 MB
  EXPECT_EQ(ran.load(), 1'500);
}

std::string pool_name(const testing::TestParamInfo<int>& size) {
  return "pool_of_" + std::to_string(size.param);
}
INSTANTIATE_TEST_SUITE_P(pools, flat_memory, testing::Values(1, 2, 8), pool_name);

}  // namespace
