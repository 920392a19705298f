// SPDX-License-Identifier: Apache-2.0
// nursery::pending(): children that have finished are not counted, whoever ran them.
#include "each_pool_size.hpp"

#include <atomic>
#include <thread>

namespace {

using covey_test::gate;
COVEY_EACH_POOL_SIZE(pending);

TEST_P(pending, does_not_count_children_whose_worker_is_busy_with_the_next_one) {
  constexpr int siblings = 400;
  for (int round = 0; round < 100; ++round) {
    std::atomic<int> ran{0};
    gate others_ran;
    covey::nursery kids{here()};
    for (int i = 0; i <= siblings; ++i) {
      if (i == 40) {
        // Whoever takes many children at once runs others first, and is then in here.
        kids.run([&] {
          others_ran.wait_in_child();
          while (kids.pending() > 1) {
            std::this_thread::yield();  // bounded by the fixture
          }
          EXPECT_EQ(kids.outcome().done, static_cast<std::uint64_t>(siblings));
        });
      } else {
        kids.run([&] {
          if (++ran == siblings) {
            others_ran.open();
          }
        });
      }
    }
    kids.join();
  }
}

}  // namespace
