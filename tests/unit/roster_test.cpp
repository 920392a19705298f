// SPDX-License-Identifier: Apache-2.0
// Worker records are few, however many pools come and go.
#include "worker/roster.hpp"

#include "bounded.hpp"

#include <covey/covey.hpp>

#include <barrier>
#include <cstddef>
#include <gtest/gtest.h>

namespace {

// Every thread of a pool of that size works once.
void use_a_pool(std::size_t threads) {
  covey::pool pool{threads};
  std::barrier all(static_cast<std::ptrdiff_t>(threads));
  covey::nursery kids{{.pool = &pool}};
  for (std::size_t i = 1; i < threads; ++i) {
    kids.run([&] { all.arrive_and_wait(); });
  }
  all.arrive_and_wait();
}

TEST(roster, reuses_the_records_of_a_pool_that_was_shut_down) {
  const covey_test::bounded bound;
  use_a_pool(4);
  const std::size_t after_one = covey::runtime::roster::size();
  for (int i = 0; i < 20; ++i) {
    use_a_pool(4);
  }
  // A thread that was asked for and came late may have needed one more.
  EXPECT_LE(covey::runtime::roster::size(), after_one + 4);
}

TEST(roster, keeps_what_outlives_a_pool) {
  const covey_test::bounded bound;
  covey::future<int> late;
  {
    covey::pool first{2};
    covey::nursery kids{{.pool = &first}};
    late = kids.spawn([] { return 7; });
  }
  use_a_pool(2);
  EXPECT_EQ(late.get(), 7);
  use_a_pool(3);
}

}  // namespace
