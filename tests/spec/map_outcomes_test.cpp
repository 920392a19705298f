// SPDX-License-Identifier: Apache-2.0
// map_outcomes: one outcome per item, in the order of the items.
#include "batches.hpp"
#include "each_pool_size.hpp"

#include <any>
#include <atomic>
#include <memory>
#include <mutex>
#include <ranges>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace {

using covey::item_state;
using covey_test::counted;
using covey_test::gate;
using covey_test::in;
using covey_test::numbers;
COVEY_EACH_POOL_SIZE(map_outcomes);

TEST_P(map_outcomes, tells_values_and_failures_in_the_order_of_the_items) {
  auto all = covey::map_outcomes(
      numbers(1000),
      [](int i) {
        if (i % 3 == 0) {
          throw std::out_of_range(std::to_string(i));
        }
        return std::to_string(i);
      },
      in(pool()));
  ASSERT_EQ(all.size(), 1000U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % 3 == 0) {
      ASSERT_EQ(all[i].state(), item_state::failed);
      ASSERT_EQ(covey_test::message(all[i].error()), std::to_string(i));
      ASSERT_THROW(static_cast<void>(all[i].value()), std::out_of_range);
      ASSERT_FALSE(all[i]);
    } else {
      ASSERT_EQ(all[i].state(), item_state::done);
      ASSERT_EQ(all[i].value(), std::to_string(i));
      ASSERT_EQ(all[i].error(), nullptr);
      ASSERT_TRUE(all[i].has_value());
    }
  }
}

TEST_P(map_outcomes, of_an_empty_range_is_empty) {
  EXPECT_TRUE(covey::map_outcomes(
                  std::vector<int>{}, [](int i) { return i; }, in(pool()))
                  .empty());
}

TEST_P(map_outcomes, goes_on_after_failures_whatever_other_options_are_given) {
  const auto all = covey::map_outcomes(
      numbers(100),
      [](int i) {
        if (i == 0) {
          throw std::runtime_error("first");
        }
        return i;
      },
      in(pool(), {.limit = 1}));
  for (std::size_t i = 1; i < all.size(); ++i) {
    ASSERT_TRUE(all[i].has_value()) << i;
  }
}

TEST_P(map_outcomes, with_fail_fast_starts_no_more_after_a_failure) {
  const auto all = covey::map_outcomes(
      numbers(100'000),
      [](int i) {
        if (i == 50) {
          throw std::runtime_error("enough");
        }
        return i;
      },
      in(pool(), {.policy = covey::policy::fail_fast}));
  EXPECT_EQ(all[50].state(), item_state::failed);
  std::size_t unstarted = 0;
  for (const auto& one : all) {
    unstarted += static_cast<std::size_t>(one.state() == item_state::never_started);
  }
  EXPECT_GT(unstarted, 0U);
}

TEST_P(map_outcomes, tells_stopped_and_never_started) {
  // The first item fails while another one waits for its stop; one worker alone never starts another.
  gate waits;
  const auto all = covey::map_outcomes(
      numbers(2'000),
      [&](int i) {
        if (i == 0) {
          if (GetParam() > 1) {
            covey::blocking([&] { waits.wait(); });
          }
          throw std::runtime_error("first");
        }
        waits.open();
        for (;;) {
          covey::this_task::checkpoint();
        }
      },
      in(pool(), {.policy = covey::policy::fail_fast}));
  EXPECT_EQ(all[0].state(), item_state::failed);
  std::size_t unstarted = 0;
  std::size_t stopped = 0;
  for (const auto& one : all) {
    unstarted += static_cast<std::size_t>(one.state() == item_state::never_started);
    stopped += static_cast<std::size_t>(one.state() == item_state::stopped);
  }
  EXPECT_GT(unstarted, 0U);
  EXPECT_EQ(unstarted + stopped + 1, all.size());
  if (GetParam() > 1) {
    EXPECT_GT(stopped, 0U);
  }
  for (const auto& one : all) {
    if (one.state() != item_state::failed) {
      ASSERT_THROW(one.value(), std::logic_error);
      ASSERT_EQ(one.error(), nullptr);
    }
  }
}

TEST_P(map_outcomes, of_functions_that_return_nothing_tells_done) {
  auto all = covey::map_outcomes(
      numbers(10),
      [](int i) {
        if (i == 4) {
          throw 42;
        }
      },
      in(pool()));
  static_assert(std::is_void_v<decltype(all[0].value())>);
  EXPECT_NO_THROW(all[3].value());
  EXPECT_THROW(all[4].value(), int);
}

struct immovable {
  explicit immovable(int v) : value(v) {}
  immovable(immovable&&) = delete;
  immovable& operator=(immovable&&) = delete;
  ~immovable() = default;
  int value;
  std::mutex lock{};
};

TEST_P(map_outcomes, keeps_results_of_every_type) {
  auto boxes = covey::map_outcomes(
      numbers(100), [](int i) { return std::make_unique<int>(i); }, in(pool()));
  EXPECT_EQ(*std::move(boxes[99]).value(), 99);
  const auto bools = covey::map_outcomes(
      numbers(1000), [](int i) { return i % 2 == 0; }, in(pool()));
  EXPECT_FALSE(bools[999].value());
  const auto anys = covey::map_outcomes(
      numbers(10), [](int i) { return std::any(i); }, in(pool()));
  EXPECT_EQ(std::any_cast<int>(anys[9].value()), 9);
  const auto errors = covey::map_outcomes(
      numbers(2), [](int) { return std::exception_ptr(); }, in(pool()));
  EXPECT_EQ(errors[1].state(), item_state::done);
  const auto fixed = covey::map_outcomes(
      numbers(10), [](int i) { return immovable(i); }, in(pool()));
  EXPECT_EQ(fixed[9].value().value, 9);
}

TEST_P(map_outcomes, a_result_whose_move_throws_is_its_failure) {
  const auto all = covey::map_outcomes(
      numbers(10),
      [](int i) {
        counted made(i);
        if (i == 6) {
          counted::throw_on_move(1);
        }
        return counted(std::move(made));
      },
      in(pool(), {.limit = 1}));
  counted::disarm();
  EXPECT_EQ(all[6].state(), item_state::failed);
  EXPECT_EQ(all[5].value().value(), 5);
  EXPECT_EQ(all[7].value().value(), 7);
}

TEST_P(map_outcomes, throws_cancelled_when_a_nursery_above_was_stopped) {
  covey::nursery outer{here()};
  const auto all = [&] {
    return covey::map_outcomes(
        numbers(100'000), [&](int) { outer.stop(); }, in(pool()));
  };
  EXPECT_THROW(all(), covey::cancelled);
}

TEST_P(map_outcomes, hands_stop_tokens_to_functions_that_take_one) {
  const auto all = covey::map_outcomes(
      numbers(3),
      [](int i, const covey::stop_token& token) { return token.stop_possible() ? i : -1; },
      in(pool()));
  EXPECT_EQ(all[2].value(), 2);
}

}  // namespace
