// SPDX-License-Identifier: Apache-2.0
// How many bodies of oneTBB's algorithms run at once in a pool of n: at most n, also while waiters wake and others come.
#include "each_pool_size.hpp"

#include <covey/covey.hpp>
#include <covey/tbb.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <gtest/gtest.h>
#include <latch>
#include <limits>
#include <vector>

namespace {

using covey_test::gate;
using covey_test::head_count;
using covey_test::visit;

COVEY_EACH_POOL_SIZE(tbb_bodies);

void work_a_little() {
  std::atomic<int> steps{0};
  while (steps.fetch_add(1, std::memory_order_relaxed) < 5000) {
  }
}

TEST_P(tbb_bodies, never_more_at_once_than_the_size_also_below_batches_and_nurseries) {
  head_count bodies;
  covey::nursery top{here()};
  const std::vector<int> few(6);
  covey::for_each(few,
                  [&](int) {
                    covey::for_each(few,
                                    [&](int) {
                                      covey::nursery kids;
                                      for (int i = 0; i < 4; ++i) {
                                        kids.run([&] {
                                          covey::parallel_for(0, 8, [&](int) {
                                            const visit here(bodies);
                                            work_a_little();
                                          });
                                        });
                                      }
                                      kids.join();
                                    },
                                    {.grain = 1});
                  },
                  {.grain = 1});
  top.join();
  EXPECT_EQ(bodies.entered(), 6U * 6U * 4U * 8U);
  EXPECT_LE(bodies.most(), size());
}

TEST_P(tbb_bodies, one_that_sleeps_in_covey_lets_another_one_run) {
  gate opened;
  covey::nursery_box box{here()};
  // More than the size sleep in bodies; what wakes them is a body, too.
  for (int i = 0; i < 4; ++i) {
    box.run([&] { covey::parallel_for(0, 1, [&](int) { opened.wait_in_child(); }); });
  }
  box.run([&] { covey::parallel_for(0, 1, [&](int) { opened.open(); }); });
  box.join();
}

TEST_P(tbb_bodies, one_that_waits_unseen_for_another_one_does_not_wait_for_ever) {
  gate opened;
  std::atomic<std::size_t> waiting{0};
  covey::nursery_box box{here()};
  for (std::size_t i = 0; i < size(); ++i) {
    box.run([&] {
      covey::parallel_for(0, 1, [&](int) {
        ++waiting;
        opened.wait();
      });
    });
  }
  box.run([&] {
    while (waiting < size()) {
      covey::this_task::sleep_for(std::chrono::milliseconds(1));
    }
    covey::parallel_for(0, 1, [&](int) { opened.open(); });
  });
  box.join();
}

// So many callers, each of which sleeps in its body, in something that covey does not see, until all are there.
void meet_in_bodies(const covey::nursery_options& in_pool, std::size_t callers) {
  std::latch met(static_cast<std::ptrdiff_t>(callers));
  covey::nursery_box box{in_pool};
  for (std::size_t i = 0; i < callers; ++i) {
    box.run([&] { covey::parallel_for(0, 1, [&](int) { met.arrive_and_wait(); }); });
  }
  box.join();
  EXPECT_TRUE(met.try_wait());
}

TEST_P(tbb_bodies, many_that_sleep_unseen_let_one_after_the_other_in) {
  // More than a wait's patience could let in.
  meet_in_bodies(here(), size() + 6);
}

TEST_P(tbb_bodies, after_many_slept_unseen_the_size_holds_again) {
  meet_in_bodies(here(), size() + 2);
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (int round = 0; round < 20 && fewest > size(); ++round) {
    head_count bodies;
    covey::nursery kids{here()};
    for (int i = 0; i < 8; ++i) {
      kids.run([&] {
        covey::parallel_for(0, 8, [&](int) {
          const visit here(bodies);
          work_a_little();
        });
      });
    }
    kids.join();
    fewest = std::min(fewest, bodies.most());
  }
  EXPECT_LE(fewest, size());
}

// In blocking() a thread has no permit; an algorithm there must not keep a credit through a sleep that lends nothing.
TEST_P(tbb_bodies, of_callers_in_blocking_may_all_sleep_until_the_last_one_is_there) {
  const std::ptrdiff_t all = static_cast<std::ptrdiff_t>(size()) + 6;
  std::latch met(all);
  covey::nursery_box box{here()};
  for (std::ptrdiff_t i = 0; i < all; ++i) {
    box.run([&] {
      covey::blocking([&] { covey::parallel_for(0, 1, [&](int) { met.arrive_and_wait(); }); });
    });
  }
  box.join();
  EXPECT_TRUE(met.try_wait());
}

TEST_P(tbb_bodies, an_algorithm_inside_a_child_of_a_body_needs_no_further_credit) {
  std::atomic<int> ran{0};
  covey::nursery top{here()};
  covey::parallel_for(0, 4, [&](int) {
    covey::nursery kids;
    for (int i = 0; i < 4; ++i) {
      kids.run([&] { covey::parallel_for(0, 4, [&](int) { ++ran; }); });
    }
    kids.join();
  });
  EXPECT_EQ(ran, 64);
  top.join();
}

}  // namespace
