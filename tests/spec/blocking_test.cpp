// SPDX-License-Identifier: Apache-2.0
// sleep_for and blocking lend the worker's permit: semantics 7 and 20, decided by counting who is inside at once.
#include "each_pool_size.hpp"

#include <covey/virtual_clock.hpp>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <stdexcept>

namespace {

using covey_test::gate;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(blocking);

TEST_P(blocking, lets_a_hundred_children_sleep_at_once) {
  covey::virtual_clock time;
  std::atomic<int> woken{0};
  covey::nursery kids{here()};
  for (int i = 0; i < 100; ++i) {
    kids.run([&] {
      covey::this_task::sleep_for(100ms);
      ++woken;
    });
  }
  time.wait_for_sleepers(100);  // all in flight, although the pool is smaller
  time.advance(100ms);
  kids.join();
  EXPECT_EQ(woken.load(), 100);
}

TEST_P(blocking, lets_a_hundred_children_meet) {
  std::latch all_here(100);
  covey::nursery kids{here()};
  for (int i = 0; i < 100; ++i) {
    kids.run([&] { covey::blocking([&] { all_here.arrive_and_wait(); }); });
  }
  kids.join();
  EXPECT_TRUE(all_here.try_wait());
}

TEST_P(blocking, returns_what_the_callable_returns) {
  covey::nursery kids{here()};
  int object = 1;
  auto value = kids.spawn([] { return covey::blocking([] { return std::make_unique<int>(4); }); });
  auto same = kids.spawn([&] { return &covey::blocking([&]() -> int& { return object; }); });
  EXPECT_EQ(*value.get(), 4);
  EXPECT_EQ(same.get(), &object);
}

TEST_P(blocking, throws_what_the_callable_throws) {
  covey::nursery kids{here()};
  kids.run([] { covey::blocking([] { throw std::runtime_error("while blocked"); }); });
  EXPECT_EQ(covey_test::failures_of([&] { kids.join(); }),
            std::vector<std::string>{"while blocked"});
}

TEST_P(blocking, outside_any_task_just_calls) {
  EXPECT_EQ(covey::blocking([] { return 5; }), 5);
}

TEST_P(blocking, may_be_nested) {
  covey::nursery kids{here()};
  auto value = kids.spawn(
      [] { return covey::blocking([] { return 1 + covey::blocking([] { return 2; }); }); });
  EXPECT_EQ(value.get(), 3);
}

TEST_P(blocking, in_the_owner_s_body_lends_its_permit_too) {
  gate ran;
  covey::nursery kids{here()};
  kids.run([&] { ran.open(); });
  covey::blocking([&] { ran.wait(); });
  EXPECT_TRUE(ran.is_open());
}

TEST_P(blocking, works_with_every_bound_of_substitutes) {
  for (const int bound : {0, 1, 3}) {
    covey::pool small{{.threads = GetParam(), .max_substitutes = bound}};
    std::atomic<int> finished{0};
    {
      covey::nursery kids{{.pool = &small}};
      for (int i = 0; i < 50; ++i) {
        kids.run([&] {
          covey::blocking([] { std::this_thread::yield(); });
          ++finished;
        });
      }
    }
    EXPECT_EQ(finished.load(), 50);
    small.shutdown();
  }
}

}  // namespace
