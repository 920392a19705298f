// SPDX-License-Identifier: Apache-2.0
// oneTBB's algorithms inside tasks: what they compute.
#include "onetbb_fixture.hpp"

#include <oneapi/tbb/blocked_range2d.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using covey_test::shuffled;
using covey_test::sum_below;
using tbb::blocked_range;

// oneTBB calls its algorithms without a namespace, sometimes with types of covey in the arguments; functions would be
// found there.
static_assert(std::is_object_v<decltype(covey::parallel_for)>);
static_assert(std::is_object_v<decltype(covey::parallel_sort)>);

class onetbb : public covey_test::onetbb_fixture {};
INSTANTIATE_TEST_SUITE_P(pools, onetbb, testing::Values(1, 2, 8), covey_test::pool_size_name);

TEST_P(onetbb, parallel_for_calls_the_function_once_per_index) {
  for (const int n : {0, 1, 2, 1000, 100'000}) {
    std::vector<std::atomic<int>> calls(static_cast<std::size_t>(n));
    in_child(
        [&] { covey::parallel_for(0, n, [&](int i) { ++calls[static_cast<std::size_t>(i)]; }); });
    EXPECT_TRUE(std::all_of(calls.begin(), calls.end(), [](const auto& c) { return c == 1; })) << n;
  }
}

TEST_P(onetbb, parallel_for_takes_steps_and_refuses_those_that_are_not_positive) {
  std::mutex lock;
  std::set<int> seen;
  in_child([&] {
    covey::parallel_for(
        -7,
        20,
        5,
        [&](int i) {
          const std::lock_guard hold(lock);
          seen.insert(i);
        },
        tbb::simple_partitioner());
    covey::parallel_for(5, -5, 1, [](int) { FAIL() << "an empty range has no index"; });
    EXPECT_THROW(covey::parallel_for(0, 9, 0, [](int) {}), std::invalid_argument);
    EXPECT_THROW(covey::parallel_for(0, 9, -1, [](int) {}), std::invalid_argument);
  });
  EXPECT_EQ(seen, (std::set<int>{-7, -2, 3, 8, 13, 18}));
}

TEST_P(onetbb, parallel_for_covers_a_range_exactly_with_every_partitioner) {
  constexpr std::size_t n = 10'007;
  std::vector<std::atomic<int>> calls(n);
  const blocked_range<std::size_t> range(0, n, 10);
  const auto body = [&](const blocked_range<std::size_t>& part) {
    EXPECT_FALSE(part.empty());
    for (std::size_t i = part.begin(); i != part.end(); ++i) {
      ++calls[i];
    }
  };
  tbb::affinity_partitioner affinity;
  in_child([&] {
    covey::parallel_for(range, body);
    covey::parallel_for(range, body, tbb::auto_partitioner());
    covey::parallel_for(range, body, tbb::simple_partitioner());
    covey::parallel_for(range, body, tbb::static_partitioner());
    covey::parallel_for(range, body, affinity);
    covey::parallel_for(range, body, affinity);
    covey::parallel_for(blocked_range<std::size_t>(5, 5), body);
  });
  EXPECT_TRUE(std::all_of(calls.begin(), calls.end(), [](const auto& c) { return c == 6; }));
}

TEST_P(onetbb, pieces_are_never_smaller_than_the_grain_size_allows) {
  std::atomic<std::size_t> smallest{1'000'000};
  in_child([&] {
    covey::parallel_for(blocked_range<int>(0, 100'000, 1000), [&](const blocked_range<int>& part) {
      std::size_t least = smallest;
      while (part.size() < least && !smallest.compare_exchange_weak(least, part.size())) {
      }
    });
  });
  EXPECT_GE(smallest.load(), 500U);
}

TEST_P(onetbb, parallel_for_takes_ranges_of_other_kinds) {
  std::atomic<std::size_t> cells{0};
  in_child([&] {
    covey::parallel_for(tbb::blocked_range2d<int>(0, 300, 0, 70), [&](const auto& part) {
      cells += part.rows().size() * part.cols().size();
    });
  });
  EXPECT_EQ(cells.load(), 21'000U);
}

TEST_P(onetbb, parallel_reduce_folds_in_the_order_of_the_range) {
  const std::string text = in_child([] {
    return covey::parallel_reduce(
        blocked_range<int>(0, 3000),
        std::string(),
        [](const blocked_range<int>& part, std::string value) {
          for (int i = part.begin(); i != part.end(); ++i) {
            value += static_cast<char>('a' + i % 26);
          }
          return value;
        },
        std::plus<>());
  });
  ASSERT_EQ(text.size(), 3000U);
  for (std::size_t i = 0; i < text.size(); ++i) {
    ASSERT_EQ(text[i], static_cast<char>('a' + i % 26)) << i;
  }
  EXPECT_EQ(in_child([] { return sum_below(0); }), 0);
  EXPECT_EQ(in_child([] { return sum_below(20'000); }), 199'990'000);
}

TEST_P(onetbb, parallel_sort_sorts) {
  for (const int n : {0, 1, 499, 500, 60'000}) {
    std::vector<int> up = shuffled(n, 1);
    std::vector<int> down = shuffled(n, 2);
    in_child([&] {
      covey::parallel_sort(up);
      covey::parallel_sort(up);  // sorted already
      covey::parallel_sort(down.begin(), down.end(), std::greater<>());
    });
    EXPECT_TRUE(std::is_sorted(up.begin(), up.end()));
    EXPECT_TRUE(std::is_sorted(down.rbegin(), down.rend()));
    EXPECT_EQ(up, std::vector<int>(down.rbegin(), down.rend()));
  }
}

TEST_P(onetbb, parallel_pipeline_passes_every_item) {
  int next = 0;
  long sum = 0;
  in_child([&] {
    covey::parallel_pipeline(
        4,
        tbb::make_filter<void, int>(tbb::filter_mode::serial_in_order,
                                    [&](tbb::flow_control& flow) {
                                      if (next == 1000) {
                                        flow.stop();
                                      }
                                      return next++;
                                    }) &
            tbb::make_filter<int, long>(tbb::filter_mode::parallel, [](int i) { return 2L * i; }) &
            tbb::make_filter<long, void>(tbb::filter_mode::serial_out_of_order,
                                         [&](long i) { sum += i; }));
  });
  EXPECT_EQ(sum, 999'000);
}

TEST_P(onetbb, works_in_the_body_of_a_nursery_and_outside_any_task) {
  EXPECT_EQ(sum_below(20'000), 199'990'000);
  {
    covey::nursery kids{here()};
    EXPECT_EQ(sum_below(20'000), 199'990'000);
    kids.stop();
    EXPECT_THROW(static_cast<void>(sum_below(20'000)), covey::cancelled);
    kids.join();
  }
  EXPECT_EQ(sum_below(20'000), 199'990'000);
}

}  // namespace
