// SPDX-License-Identifier: Apache-2.0
// Row 15 of the robustness table: a lock held across a nested wait whose siblings take the same lock never hangs.
#include "bounded.hpp"
#include "seed.hpp"

#include <covey/covey.hpp>

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <mutex>
#include <vector>

namespace {

using covey_test::dice;

class lock_across_wait : public testing::TestWithParam<int> {
 protected:
  covey_test::bounded bound_;
  covey::pool pool_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(pools, lock_across_wait, testing::Values(1, 2, 8));

TEST_P(lock_across_wait, row_15_whose_siblings_take_the_same_lock_finishes) {
  dice roll(covey_test::stress_seed());
  const auto end = std::chrono::steady_clock::now() + covey_test::stress_length();
  do {
    std::mutex lock;
    std::uint64_t guarded = 0;
    const std::uint64_t children = 2 + roll.below(40);
    const std::uint64_t parts = 1 + roll.below(8);
    covey::nursery kids{{.pool = &pool_}};
    for (std::uint64_t i = 0; i < children; ++i) {
      kids.run([&] {
        const std::lock_guard hold(lock);
        covey::nursery inner{{.pool = &pool_}};
        std::vector<covey::future<std::uint64_t>> values;
        for (std::uint64_t p = 0; p < parts; ++p) {
          values.push_back(inner.spawn([p] { return p; }));
        }
        for (auto& value : values) {
          guarded += value.get();
        }
      });
    }
    kids.join();
    ASSERT_EQ(guarded, children * (parts * (parts - 1) / 2));
  } while (std::chrono::steady_clock::now() < end);
}

TEST_P(lock_across_wait, row_15_by_a_reader_of_stolen_children_finishes) {
  // The children of the lock's holder need time, so that thieves have them when the holder waits.
  const auto end = std::chrono::steady_clock::now() + covey_test::stress_length();
  std::mutex lock;
  do {
    covey::nursery kids{{.pool = &pool_}};
    int guarded = 0;
    const auto busy = [] {
      volatile unsigned spin = 0;
      for (unsigned i = 0; i < 20'000; ++i) {
        spin = i;
      }
      return static_cast<int>(spin != 0);
    };
    for (int i = 0; i < 16; ++i) {
      kids.run([&] {
        const std::lock_guard hold(lock);
        covey::nursery inner{{.pool = &pool_}};
        auto a = inner.spawn(busy);
        auto b = inner.spawn(busy);
        guarded += a.get() + b.get();
      });
    }
    kids.join();
    ASSERT_EQ(guarded, 32);
  } while (std::chrono::steady_clock::now() < end);
}

}  // namespace
