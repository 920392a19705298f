// SPDX-License-Identifier: Apache-2.0
// However many children are queued, one more costs the same. The numbers are such that a spawn, or a join, which looks at
// all that are queued would take minutes; the bound of the tests is the failure.
#include "bounded.hpp"
#include "gate.hpp"
#include "sanitized.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using covey_test::bounded;
using covey_test::gate;

constexpr int capacity = 1 << 14;
constexpr int beyond = covey_test::sanitized ? 100'000 : 400'000;

class many_children : public testing::TestWithParam<int> {
 protected:
  [[nodiscard]] covey::pool_options options() const {
    return {.threads = GetParam(), .deque_capacity = capacity};
  }
  /// Keeps every other thread of the pool busy until the gate opens.
  void occupy(covey::nursery& kids, gate& open) const {
    for (int i = 1; i < GetParam(); ++i) {
      kids.run([&open] { open.wait(); });
    }
  }
  [[nodiscard]] auto work() {
    return [this] { ran.fetch_add(1, std::memory_order_relaxed); };
  }
  std::atomic<int> ran{0};

 private:
  bounded bound_;
};

TEST_P(many_children, cost_the_same_each_when_they_are_more_than_a_deque_holds) {
  covey::pool pool{options()};
  gate open;
  covey::nursery kids{{.pool = &pool}};
  occupy(kids, open);
  for (int i = 0; i < beyond; ++i) {
    kids.run(work());
  }
  open.open();
  kids.join();
  EXPECT_EQ(ran.load(), beyond);
}

TEST_P(many_children,
       can_be_taken_by_their_futures_in_any_order_when_they_are_more_than_a_deque_holds) {
  covey::pool pool{options()};
  covey::nursery kids{{.pool = &pool}};
  constexpr int count = beyond / 4;
  std::vector<covey::future<int>> values;
  values.reserve(count);
  for (int i = 0; i < count; ++i) {
    values.push_back(kids.spawn([i] { return i; }));
  }
  long sum = 0;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    sum += values[i].get();
  }
  for (std::size_t i = values.size(); i-- > 0;) {
    if (i % 2 == 1) {
      sum += values[i].get();
    }
  }
  EXPECT_EQ(sum, long{count} * (count - 1) / 2);
}

TEST_P(many_children, of_two_nurseries_in_turn_are_joined_in_linear_time) {
  covey::pool pool{{.threads = GetParam()}};
  gate open;
  constexpr int each = beyond / 4;
  covey::nursery first{{.pool = &pool}};
  covey::nursery second{{.pool = &pool}};
  occupy(second, open);
  for (int i = 0; i < each; ++i) {
    second.run(work());
    first.run(work());
  }
  open.open();
  second.join();
  first.join();
  EXPECT_EQ(ran.load(), 2 * each);
}

TEST_P(many_children,
       of_an_inner_nursery_are_joined_beside_those_of_the_outer_one_in_the_common_queue) {
  covey::pool pool{options()};
  covey::nursery outer{{.pool = &pool}};
  for (int i = 0; i < beyond; ++i) {
    outer.run(work());
  }
  int inside = 0;
  for (int i = 0; i < 1000; ++i) {
    inside += covey::with_nursery({.pool = &pool}, [&](covey::nursery& inner) {
      covey::future<int> a = inner.spawn([] { return 1; });
      covey::future<int> b = inner.spawn([] { return 2; });
      return a.get() + b.get();
    });
  }
  EXPECT_EQ(inside, 3000);
  outer.join();
  EXPECT_EQ(ran.load(), beyond);
}

TEST_P(many_children, may_spawn_more_of_them_while_the_common_queue_is_emptied) {
  covey::pool pool{options()};
  constexpr int parents = 64;
  constexpr int each = beyond / 40;
  covey::nursery kids{{.pool = &pool}};
  for (int i = 0; i < parents; ++i) {
    kids.run([this, &pool] {
      covey::nursery below{{.pool = &pool}};
      for (int k = 0; k < each; ++k) {
        below.run(work());
      }
    });
  }
  kids.join();
  EXPECT_EQ(ran.load(), parents * each);
}

std::string pool_name(const testing::TestParamInfo<int>& size) {
  return "pool_of_" + std::to_string(size.param);
}
INSTANTIATE_TEST_SUITE_P(pools, many_children, testing::Values(1, 2, 8), pool_name);

}  // namespace
