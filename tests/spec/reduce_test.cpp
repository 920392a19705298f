// SPDX-License-Identifier: Apache-2.0
// covey::reduce and transform_reduce: one result for any number of workers, in order, never a part of it.
#include "each_pool_size.hpp"

#include <covey/reduce.hpp>
#include <covey/virtual_clock.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using covey_test::contains;
using covey_test::counted;
using covey_test::failures_of;
using covey_test::message_of;
using covey_test::planted_failure;
using namespace std::chrono_literals;

class reduce : public covey_test::each_pool_size {
 protected:
  [[nodiscard]] covey::batch_options on(covey::batch_options options = {}) {
    options.pool = &pool();
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(pools, reduce, testing::Values(1, 2, 8), covey_test::pool_size_name);

/// Numbers of very different sizes, so that every other order of additions shows in the last bits.
std::vector<double> rough_numbers(std::size_t count) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-20, 20);
  std::vector<double> numbers(count);
  for (double& x : numbers) {
    x = std::ldexp(1.0 + exponent(random), static_cast<int>(exponent(random)));
  }
  return numbers;
}

/// What the documentation says, written down without threads: leaves of `grain` items, a balanced tree over them.
template <class T, class Op>
T tree(const std::vector<T>& items, T init, Op op, std::size_t grain) {
  std::vector<T> row;
  for (std::size_t i = 0; i < items.size(); i += grain) {
    T sum = items[i];
    for (std::size_t k = i + 1; k < std::min(i + grain, items.size()); ++k) {
      sum = op(sum, items[k]);
    }
    row.push_back(sum);
  }
  while (row.size() > 1) {
    std::vector<T> next;
    for (std::size_t i = 0; i < row.size(); i += 2) {
      next.push_back(i + 1 < row.size() ? op(row[i], row[i + 1]) : row[i]);
    }
    row = next;
  }
  return row.empty() ? init : op(init, row[0]);
}

std::uint64_t bits(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

TEST_P(reduce, of_doubles_is_the_same_bit_by_bit_for_any_number_of_workers) {
  for (const std::size_t count : {1U, 2U, 3U, 255U, 256U, 257U, 4095U, 4096U, 4097U, 100'000U}) {
    const std::vector<double> numbers = rough_numbers(count);
    const std::size_t leaf = (count + 4095) / 4096;
    EXPECT_EQ(bits(covey::reduce(numbers, 0.5, std::plus<>(), on())),
              bits(tree(numbers, 0.5, std::plus<>(), leaf)))
        << count;
    for (const std::size_t grain : {1U, 7U, 300U, 1'000'000U}) {
      EXPECT_EQ(bits(covey::reduce(numbers, 0.5, std::plus<>(), on({.grain = grain}))),
                bits(tree(numbers, 0.5, std::plus<>(), grain)))
          << count << " items, grain " << grain;
    }
  }
}

TEST_P(reduce, is_the_same_when_costs_are_skewed_and_leaves_are_stolen) {
  const std::vector<double> numbers = rough_numbers(2000);
  const double expected = tree(numbers, 0.0, std::plus<>(), 3);
  std::atomic<std::uint64_t> sink{0};
  for (int round = 0; round < 10; ++round) {
    const auto dear = [&](double x) {
      for (std::size_t i = 0; i < (bits(x) % 61 == 0 ? 20'000U : 10U); ++i) {
        sink.fetch_add(1, std::memory_order_relaxed);
      }
      return x;
    };
    EXPECT_EQ(bits(covey::transform_reduce(numbers, 0.0, std::plus<>(), dear, on({.grain = 3}))),
              bits(expected));
  }
}

TEST_P(reduce, keeps_the_order_of_the_items) {
  std::vector<std::string> words;
  std::string expected = ">";
  for (int i = 0; i < 3000; ++i) {
    words.push_back(std::to_string(i) + ",");
    expected += words.back();
  }
  EXPECT_EQ(covey::reduce(words, std::string(">"), std::plus<>(), on()), expected);
  EXPECT_EQ(covey::reduce(words, std::string(">"), std::plus<>(), on({.grain = 17})), expected);
}

TEST_P(reduce, of_nothing_is_init) {
  EXPECT_EQ(covey::reduce(std::vector<int>{}, 42, std::plus<>(), on()), 42);
  EXPECT_EQ(covey::reduce(std::vector<int>{}, 42, std::plus<>(), on({.grain = 5})), 42);
}

TEST_P(reduce, calls_op_and_transform_as_often_as_there_are_items) {
  std::atomic<int> combined{0};
  std::atomic<int> changed{0};
  const auto numbers = std::views::iota(0, 5000);
  const long sum = covey::transform_reduce(
      numbers,
      0L,
      [&](long a, long b) {
        ++combined;
        return a + b;
      },
      [&](int i) {
        ++changed;
        return long{i} * 2;
      },
      on({.grain = 9}));
  EXPECT_EQ(sum, 4999L * 5000);
  EXPECT_EQ(combined.load(), 5000);
  EXPECT_EQ(changed.load(), 5000);
}

TEST_P(reduce, takes_types_that_only_move_and_have_no_default_constructor) {
  struct only_moves {
    explicit only_moves(int i) : value(std::make_unique<long>(i)) {}
    std::unique_ptr<long> value;
  };
  const auto sum = covey::transform_reduce(
      std::views::iota(0, 1000),
      only_moves(5),
      [](only_moves a, only_moves b) {
        *a.value += *b.value;
        return a;
      },
      [](int i) { return only_moves(i); },
      on({.grain = 3}));
  EXPECT_EQ(*sum.value, 5 + 999 * 500);
}

TEST_P(reduce, takes_a_result_type_that_differs_from_the_items) {
  const std::deque<std::int8_t> small(1000, 100);
  EXPECT_EQ(covey::reduce(small, std::int64_t{0}, std::plus<>(), on()), 100'000);
  EXPECT_EQ(covey::reduce(std::vector<bool>{true, false, true}, 0, std::plus<>(), on()), 2);
}

TEST_P(reduce, names_failed_items_by_their_index_in_the_order_of_the_items) {
  const auto options = on({.policy = covey::policy::supervise, .grain = 10});
  try {
    static_cast<void>(covey::transform_reduce(
        std::views::iota(0, 100),
        0,
        std::plus<>(),
        [](int i) {
          if (i == 0 || i == 14 || i == 15 || i == 99) {
            throw std::runtime_error("no " + std::to_string(i));
          }
          return i;
        },
        options));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const covey::composite_exception& failed) {
    EXPECT_EQ(covey_test::messages(failed),
              (std::vector<std::string>{"no 0", "no 14", "no 15", "no 99"}));
    EXPECT_TRUE(contains(failed.what(), "item 14")) << failed.what();
  }
}

TEST_P(reduce, stops_at_the_first_failure_and_destroys_what_it_made) {
  std::atomic<int> started{0};
  const auto work = [&] {
    return covey::transform_reduce(
        std::views::iota(0, 100'000),
        counted(0),
        [](counted a, counted b) { return counted(a.value() + b.value()); },
        [&](int i, const covey::stop_token& stop) {
          ++started;
          if (i == 5) {
            throw std::runtime_error("five");
          }
          // Nobody waits below five: whoever has five, or will take it, comes to it.
          while (i > 5 && !stop.stop_requested()) {
            std::this_thread::yield();
          }
          return counted(1);
        },
        on({.grain = 2}));
  };
  EXPECT_EQ(failures_of(work), std::vector<std::string>{"five"});
  // Each thread sees the stop after 256 items at the latest.
  EXPECT_LE(started.load(), 6 + 256 * (static_cast<int>(size()) + 2));
}

TEST_P(reduce, takes_what_a_combination_throws_as_a_failure_of_the_batch) {
  const std::vector<int> ones(64, 1);
  const auto work = [&](int at) {
    return [&, at] {
      return covey::reduce(
          ones,
          0,
          [at](int a, int b) {
            if (a + b == at) {
              throw std::domain_error("reached " + std::to_string(at));
            }
            return a + b;
          },
          on({.grain = 4}));
    };
  };
  EXPECT_EQ(failures_of(work(64)), std::vector<std::string>{"reached 64"});
  try {
    static_cast<void>(work(64)());
  } catch (const covey::composite_exception& failed) {
    EXPECT_TRUE(contains(failed.what(), "items 0 to 63")) << failed.what();
  }
}

TEST_P(reduce, survives_values_that_throw_when_they_are_moved) {
  for (const int at : {1, 2, 7, 40, 200}) {
    counted::throw_on_move(at);
    EXPECT_THROW(
        static_cast<void>(covey::transform_reduce(
            std::views::iota(0, 200),
            counted(0),
            [](const counted& a, const counted& b) { return counted(a.value() + b.value()); },
            [](int i) { return counted(i); },
            on({.grain = 8}))),
        std::exception)
        << at;
    counted::disarm();
  }
}

TEST_P(reduce, throws_when_the_deadline_passes_and_never_returns_a_part) {
  covey::virtual_clock time;
  EXPECT_THROW(static_cast<void>(covey::transform_reduce(
                   std::views::iota(0, 1000),
                   0,
                   std::plus<>(),
                   [&](int i) {
                     if (i == 3) {
                       time.advance(2s);
                     }
                     return i;
                   },
                   on({.timeout = 1s}))),
               covey::timeout_error);
  EXPECT_THROW(static_cast<void>(
                   covey::reduce(std::views::iota(0, 10), 0, std::plus<>(), on({.timeout = 0s}))),
               covey::timeout_error);
}

TEST_P(reduce, throws_when_it_is_stopped_from_above) {
  covey::nursery above(here());
  std::atomic<int> seen{0};
  auto sum = above.spawn([&] {
    return covey::transform_reduce(
        std::views::iota(0, 1'000'000),
        0L,
        std::plus<>(),
        [&](int i) {
          if (seen.fetch_add(1) == 100) {
            above.stop("enough");
          }
          return long{i};
        },
        on());
  });
  above.join();
  EXPECT_THROW(static_cast<void>(sum.get()), covey::cancelled);
  EXPECT_LT(seen.load(), 1'000'000);
}

TEST_P(reduce, throws_when_only_the_child_that_runs_it_is_stopped) {
  covey::nursery above(here());
  covey_test::gate assigned;
  covey::future<long> sum;
  sum = above.spawn([&] {
    return covey::transform_reduce(
        std::views::iota(0, 1'000'000),
        0L,
        std::plus<>(),
        [&](int i) {
          if (i == 0) {
            assigned.wait_in_child();
            sum.request_stop();
            covey::this_task::checkpoint();  // so that there is an item without a value
          }
          return long{i};
        },
        on());
  });
  assigned.open();
  above.join();
  EXPECT_THROW(static_cast<void>(sum.get()), covey::cancelled);
}

TEST_P(reduce, refuses_options_that_make_no_sense) {
  const std::vector<int> numbers{1, 2, 3};
  const auto with = [&](const covey::batch_options& options) {
    return [&numbers, options] { return covey::reduce(numbers, 0, std::plus<>(), options); };
  };
  EXPECT_TRUE(contains(message_of<std::invalid_argument>(
                           with(on({.on_timeout = covey::on_timeout::return_partial}))),
                       "return_partial"));
  EXPECT_TRUE(contains(message_of<std::invalid_argument>(with(on({.budget = 10}))), "budget"));
  EXPECT_TRUE(contains(message_of<std::invalid_argument>(with(on({.grain = 0}))), "grain"));
  EXPECT_TRUE(contains(message_of<std::invalid_argument>(with(on({.limit = -1}))), "limit"));
}

TEST_P(reduce, obeys_a_limit_on_the_leaves_in_flight) {
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  const int sum = covey::transform_reduce(
      std::views::iota(0, 300),
      0,
      std::plus<>(),
      [&](int i) {
        const int now = ++inside;
        int known = most.load();
        while (known < now && !most.compare_exchange_weak(known, now)) {
        }
        --inside;
        return i;
      },
      on({.limit = 2, .grain = 5}));
  EXPECT_EQ(sum, 299 * 150);
  EXPECT_LE(most.load(), 2);
}

TEST_P(reduce, tells_its_progress_in_items) {
  std::vector<covey::batch_progress> seen;
  covey_test::gate told;
  const auto report = [&](const covey::batch_progress& now) {
    seen.push_back(now);
    told.open();
  };
  const auto wait_once = [&](int i) {
    if (i == 7) {
      told.wait_in_child();
    }
    return i;
  };
  static_cast<void>(
      covey::transform_reduce(std::views::iota(0, 1001),
                              0,
                              std::plus<>(),
                              wait_once,
                              on({.grain = 10, .progress = report, .progress_rate = 1000})));
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().total, 1001U);
  EXPECT_EQ(seen.back().done, 1001U);
  EXPECT_EQ(seen.back().failed, 0U);
}

TEST_P(reduce, runs_inside_another_batch) {
  std::vector<int> outer(20);
  std::iota(outer.begin(), outer.end(), 0);
  const auto sums = covey::map(
      outer,
      [&](int n) {
        return covey::reduce(std::views::iota(0, n * 100), 0L, std::plus<>(), on({.grain = 10}));
      },
      on());
  for (std::size_t n = 0; n < sums.size(); ++n) {
    const auto count = static_cast<long>(n) * 100;
    EXPECT_EQ(sums[n], count * (count - 1) / 2);
  }
}

}  // namespace
