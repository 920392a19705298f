// SPDX-License-Identifier: Apache-2.0
// Nurseries of several pools on one thread: a thread that sleeps has no permit in any of them (semantics 7).
#include "each_pool_size.hpp"

#include <atomic>
#include <chrono>
#include <latch>
#include <thread>

namespace {

using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(two_pools);

// NOLINTNEXTLINE(misc-no-recursion)
void take_turns(covey::pool& one, covey::pool& other, int depth) {
  covey::nursery kids{{.limit = 1, .pool = &one, .when_full = covey::when_full::lend_place}};
  kids.run([&one, &other, depth] {
    if (depth > 0) {
      take_turns(other, one, depth - 1);
    }
  });
  kids.run([] {});  // waits until the first one has finished
}

TEST_P(two_pools, finish_nurseries_that_take_turns_between_them) {
  covey::pool other{GetParam()};
  for (const int depth : {1, 4, 9, 30}) {
    take_turns(pool(), other, depth);
  }
}

TEST_P(two_pools, lend_the_permits_of_both_when_a_child_blocks) {
  covey::pool other{GetParam()};
  const std::ptrdiff_t children = 2 * GetParam() + 6;
  std::latch all_here(children);
  covey::nursery kids{here()};
  for (std::ptrdiff_t i = 0; i < children; ++i) {
    kids.run([&] {
      covey::nursery inner{{.pool = &other}};
      covey::blocking([&] { all_here.arrive_and_wait(); });
    });
  }
  kids.join();
  EXPECT_TRUE(all_here.try_wait());
}

TEST_P(two_pools, lend_the_permits_of_both_when_a_child_sleeps_unseen) {
  covey::pool other{GetParam()};
  const std::ptrdiff_t children = GetParam() + 4;
  std::latch all_here(children);
  covey::nursery kids{here()};
  for (std::ptrdiff_t i = 0; i < children; ++i) {
    kids.run([&] {
      covey::nursery inner{{.pool = &other}};
      inner.run([&] { all_here.arrive_and_wait(); });
      inner.join();
    });
  }
  kids.join();
  EXPECT_TRUE(all_here.try_wait());
}

TEST_P(two_pools, may_wait_for_each_other_s_children) {
  covey::pool other{GetParam()};
  std::atomic<int> sum{0};
  covey::nursery here_kids{here()};
  for (int i = 0; i < 20; ++i) {
    here_kids.run([&] {
      covey::nursery there{{.pool = &other}};
      auto value = there.spawn([&] {
        covey::nursery back{here()};
        return back.spawn([] { return 1; }).get();
      });
      covey::nursery again{here()};
      sum += again.spawn([&value] { return value.get(); }).get();
    });
  }
  here_kids.join();
  EXPECT_EQ(sum.load(), 20);
}

TEST_P(two_pools, keep_what_they_may_run_at_once_after_nested_calls_of_blocking) {
  covey::pool other{GetParam()};
  {
    covey::nursery kids{here()};
    for (int i = 0; i < 10; ++i) {
      kids.run([&] {
        covey::blocking([&] {
          covey::nursery inner{{.pool = &other}};
          covey::blocking([] { covey::blocking([] {}); });
          inner.run([] {});
          inner.join();
        });
      });
    }
    kids.join();
  }
  for (covey::pool* each : {&pool(), &other}) {
    covey_test::head_count inside;
    covey::nursery kids{{.pool = each}};
    for (std::size_t i = 0; i < 4 * size() + 8; ++i) {
      kids.run([&] {
        const covey_test::visit here(inside);
        const auto until = std::chrono::steady_clock::now() + 1ms;
        while (std::chrono::steady_clock::now() < until) {
        }
      });
    }
    kids.join();
    EXPECT_LE(inside.most(), size() + 1);
  }
}

}  // namespace
