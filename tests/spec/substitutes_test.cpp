// SPDX-License-Identifier: Apache-2.0
// Threads that stand in for sleeping children: no more of them than children that sleep, and the same ones again.
#include "each_pool_size.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>

namespace {

using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(substitutes);

// Keeps the highest value that was told.
void raise_to(std::atomic<std::size_t>& most, std::size_t value) {
  std::size_t seen = most.load();
  while (seen < value && !most.compare_exchange_weak(seen, value)) {
  }
}

TEST_P(substitutes, a_hundred_sleeping_children_need_a_hundred_threads_and_few_more) {
  constexpr std::size_t sleepers = 100;
  std::atomic<std::size_t> most{0};
  // The later rounds find the threads of the earlier ones, at rest or still on their way there.
  for (const auto length : {20ms, 1ms, 5ms, 1ms}) {
    covey::nursery kids{here()};
    for (std::size_t i = 0; i < sleepers; ++i) {
      kids.run([&] {
        raise_to(most, pool().describe().substitutes);
        covey::this_task::sleep_for(length);
        raise_to(most, pool().describe().substitutes);
      });
    }
    kids.join();
  }
  raise_to(most, pool().describe().substitutes);
  // Those of the pool's size, and one beyond it for a child that starves.
  EXPECT_LE(most.load(), sleepers + size() + 1);
}

}  // namespace
