// SPDX-License-Identifier: Apache-2.0
// Batches over ranges that must be walked: every item once, bounded look-ahead, what iterators throw, endless inputs.
#include "each_pool_size.hpp"
#include "pulled_sources.hpp"
#include "sanitized.hpp"

#include <covey/pulled_ranges.hpp>
#include <covey/virtual_clock.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <forward_list>
#include <list>
#include <memory>
#include <numeric>
#include <ranges>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using covey_test::contains;
using covey_test::counted;
using covey_test::failures_of;
using covey_test::made_on_demand;
using covey_test::message_of;
using covey_test::planted_failure;
using namespace std::chrono_literals;

class pulled_ranges : public covey_test::each_pool_size {
 protected:
  [[nodiscard]] covey::batch_options on(covey::batch_options options = {}) {
    options.pool = &pool();
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(pools,
                         pulled_ranges,
                         testing::Values(1, 2, 8),
                         covey_test::pool_size_name);

constexpr int many = covey_test::sanitized ? 20'000 : 200'000;

int as_int(std::uint64_t i) {
  return static_cast<int>(i);
}

void spin(int rounds) {
  static std::atomic<int> sink{0};
  for (int i = 0; i < rounds; ++i) {
    sink.fetch_add(1, std::memory_order_relaxed);
  }
}

TEST_P(pulled_ranges, work_on_every_item_once) {
  std::vector<std::atomic<int>> seen(many);
  made_on_demand source(as_int, many);
  const auto sum = covey::for_each(
      source, [&](int i) { ++seen[static_cast<std::size_t>(i)]; }, on());
  EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](const auto& n) { return n == 1; }));
  EXPECT_EQ(sum.total, static_cast<std::uint64_t>(many));
  EXPECT_EQ(sum.done, sum.total);
}

TEST_P(pulled_ranges, give_results_in_the_order_of_the_items_under_skewed_costs) {
  made_on_demand source(as_int, 3000);
  const std::vector<std::string> texts = covey::map(
      source,
      [](int i) {
        spin(i % 97 == 0 ? 20'000 : 5);
        return std::to_string(i);
      },
      on());
  ASSERT_EQ(texts.size(), 3000U);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(texts[i], std::to_string(i));
  }
}

TEST_P(pulled_ranges, of_forward_kind_give_references_to_the_very_items) {
  std::list<int> numbers(1000, 1);
  covey::for_each(
      numbers, [](int& n) { ++n; }, on());
  EXPECT_EQ(std::accumulate(numbers.begin(), numbers.end(), 0), 2000);
  const std::forward_list<int> fixed{1, 2, 3};
  EXPECT_EQ(covey::map(
                fixed, [](const int& n) { return &n; }, on())
                .front(),
            &fixed.front());
  auto odd = numbers | std::views::filter([](int n) { return n == 2; });
  covey::for_each(
      odd, [](int& n) { n = 7; }, on());
  EXPECT_EQ(std::accumulate(numbers.begin(), numbers.end(), 0), 7000);
  auto words = fixed | std::views::transform([](int n) { return std::string(40, char('a' + n)); });
  EXPECT_EQ(covey::map(
                words, [](std::string&& word) { return std::move(word); }, on())
                .back(),
            std::string(40, 'd'));
}

TEST_P(pulled_ranges, of_input_kind_give_copies_because_they_use_their_memory_again) {
  std::istringstream text("one two three four five");
  const auto lengths = covey::map(
      std::views::istream<std::string>(text), [](std::string& word) { return word += "!"; }, on());
  EXPECT_EQ(lengths, (std::vector<std::string>{"one!", "two!", "three!", "four!", "five!"}));
}

TEST_P(pulled_ranges, of_values_that_only_move_hand_them_over) {
  made_on_demand source([](std::uint64_t i) { return std::make_unique<std::uint64_t>(i); }, 5000);
  const auto back = covey::map(
      source, [](std::unique_ptr<std::uint64_t> item) { return item; }, on());
  ASSERT_EQ(back.size(), 5000U);
  for (std::size_t i = 0; i < back.size(); ++i) {
    ASSERT_EQ(*back[i], i);
  }
}

TEST_P(pulled_ranges, may_be_empty_or_have_one_item) {
  std::list<int> none;
  EXPECT_EQ(covey::for_each(
                none, [](int) {}, on())
                .total,
            0U);
  EXPECT_TRUE(covey::map(
                  none, [](int n) { return n; }, on())
                  .empty());
  EXPECT_TRUE(covey::map_outcomes(
                  none, [](int n) { return n; }, on())
                  .empty());
  made_on_demand nothing(as_int, 0);
  EXPECT_EQ(covey::for_each(
                nothing, [](int) {}, on())
                .total,
            0U);
  made_on_demand one(as_int, 1);
  EXPECT_EQ(covey::map(
                one, [](int n) { return n + 5; }, on()),
            std::vector<int>{5});
}

TEST_P(pulled_ranges, of_booleans_and_of_void_results_work) {
  std::list<bool> flags(100, true);
  EXPECT_EQ(covey::map(
                flags, [](bool flag) { return !flag; }, on()),
            std::vector<bool>(100, false));
  made_on_demand more([](std::uint64_t i) { return i % 2 == 0; }, 100);
  const auto outcomes = covey::map_outcomes(
      more, [](bool) {}, on());
  EXPECT_EQ(outcomes.size(), 100U);
  EXPECT_TRUE(outcomes.back().has_value());
}

TEST_P(pulled_ranges, run_in_flat_memory) {
  std::atomic<int> most{0};
  made_on_demand source([](std::uint64_t i) { return counted(as_int(i)); }, many);
  const int before = counted::alive();
  covey::for_each(
      source,
      [&](counted&& /*item*/) {
        const int now = counted::alive() - before;
        int known = most.load(std::memory_order_relaxed);
        while (known < now && !most.compare_exchange_weak(known, now)) {
        }
      },
      on({.grain = 64}));
  // One block in work, one in hand, perhaps one given back, for every thread that takes part.
  EXPECT_LE(most.load(), 64 * 4 * (static_cast<int>(size()) + 4));
  EXPECT_EQ(counted::alive(), before);
}

TEST_P(pulled_ranges, go_on_behind_an_item_that_takes_long) {
  // Only what was taken together with it has to wait for it.
  constexpr int grain = 16;
  covey_test::gate enough;
  std::atomic<int> others{0};
  made_on_demand source(as_int, 5000);
  covey::for_each(
      source,
      [&](int i) {
        if (i == 40) {
          enough.wait_in_child();
        } else if (++others == 5000 - grain) {
          enough.open();
        }
      },
      on({.grain = grain}));
  EXPECT_EQ(others.load(), 4999);
}

TEST_P(pulled_ranges, wake_idle_workers) {
  // Items that wait for each other without lending their permits: nobody may sleep through it.
  if (size() == 1) {
    return;
  }
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> inside{0};
    made_on_demand source(as_int, 2);
    covey::for_each(
        source,
        [&](int) {
          ++inside;
          while (inside.load() < 2) {
            std::this_thread::yield();
          }
        },
        on());
    EXPECT_EQ(inside.load(), 2);
  }
}

TEST_P(pulled_ranges, name_failed_items_by_their_index) {
  made_on_demand source(as_int, 1000);
  const auto work = [&] {
    return covey::for_each(
        source,
        [](int i) {
          if (i % 300 == 7) {
            throw std::runtime_error("no " + std::to_string(i));
          }
        },
        on({.policy = covey::policy::supervise}));
  };
  try {
    work();
    ADD_FAILURE();
  } catch (const covey::composite_exception& failed) {
    EXPECT_EQ(covey_test::messages(failed),
              (std::vector<std::string>{"no 7", "no 307", "no 607", "no 907"}));
    EXPECT_TRUE(contains(failed.what(), "item 307")) << failed.what();
  }
}

TEST_P(pulled_ranges, end_with_a_failure_when_an_iterator_throws) {
  for (const std::uint64_t at : {1U, 2U, 100U}) {
    std::atomic<int> worked{0};
    made_on_demand source(as_int);
    source.throw_at_step(at);
    try {
      covey::for_each(
          source, [&](int) { ++worked; }, on({.policy = covey::policy::supervise}));
      ADD_FAILURE();
    } catch (const covey::composite_exception& failed) {
      EXPECT_EQ(covey_test::messages(failed),
                std::vector<std::string>{"step " + std::to_string(at)});
      EXPECT_TRUE(contains(failed.what(), "the range at item " + std::to_string(at)))
          << failed.what();
    }
    EXPECT_EQ(worked.load(), static_cast<int>(at)) << "the items before it are worked on";
  }
  made_on_demand bad([](std::uint64_t i) -> int {
    if (i == 3) {
      throw planted_failure("item 3");
    }
    return as_int(i);
  });
  EXPECT_EQ(failures_of([&] {
              return covey::map(
                  bad, [](int i) { return i; }, on());
            }),
            std::vector<std::string>{"item 3"});
}

TEST_P(pulled_ranges, end_with_a_failed_outcome_when_an_iterator_throws) {
  made_on_demand source(as_int);
  source.throw_at_step(10);
  const auto outcomes = covey::map_outcomes(
      source,
      [](int i) {
        if (i == 4) {
          throw std::runtime_error("four");
        }
        return i;
      },
      on({.policy = covey::policy::supervise}));
  ASSERT_EQ(outcomes.size(), 11U);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(outcomes[i].has_value(), i != 4) << i;
  }
  EXPECT_EQ(covey_test::message(outcomes[4].error()), "four");
  EXPECT_EQ(covey_test::message(outcomes[10].error()), "step 10");
}

TEST_P(pulled_ranges, that_are_endless_are_stopped_by_a_failure) {
  made_on_demand source(as_int);
  EXPECT_EQ(failures_of([&] {
              return covey::for_each(
                  source,
                  [](int i) {
                    if (i == 1000) {
                      throw std::runtime_error("enough");
                    }
                  },
                  on());
            }),
            std::vector<std::string>{"enough"});
}

TEST_P(pulled_ranges, that_are_endless_are_stopped_by_a_deadline) {
  covey::virtual_clock time;
  made_on_demand source(as_int);
  EXPECT_THROW(covey::for_each(
                   source,
                   [&](int i) {
                     if (i == 1000) {
                       time.advance(2s);
                     }
                   },
                   on({.timeout = 1s})),
               covey::timeout_error);
  made_on_demand other(as_int);
  const auto sum = covey::for_each(
      other,
      [&](int i) {
        if (i == 1000) {
          time.advance(2s);
        }
      },
      on({.timeout = 1s, .on_timeout = covey::on_timeout::return_partial}));
  EXPECT_EQ(sum.stop.kind, covey::stop_kind::deadline);
  EXPECT_GT(sum.done, 0U);
  EXPECT_EQ(sum.total, sum.done + sum.failed + sum.stopped + sum.never_started);
  std::list<int> sized(5000, 1);
  const auto outcomes = covey::map_outcomes(
      sized, [](int n) { return n; }, on({.timeout = 0s}));
  EXPECT_EQ(outcomes.size(), 5000U);
  EXPECT_EQ(outcomes.back().state(), covey::item_state::never_started);
}

TEST_P(pulled_ranges, that_are_endless_are_stopped_from_above) {
  covey::nursery above(here());
  auto batch = above.spawn([&] {
    made_on_demand source(as_int);
    covey::for_each(
        source,
        [&](int i) {
          if (i == 500) {
            above.stop("enough");
          }
        },
        on());
  });
  above.join();
  EXPECT_THROW(batch.get(), covey::cancelled);
}

TEST_P(pulled_ranges, give_no_part_of_the_results_when_their_child_is_stopped) {
  covey::nursery above(here());
  covey_test::gate assigned;
  covey::future<std::size_t> batch;
  batch = above.spawn([&] {
    made_on_demand source(as_int);
    return covey::map(
               source,
               [&](int i) {
                 if (i == 5) {
                   assigned.wait_in_child();
                   batch.request_stop();
                 }
                 return i;
               },
               on())
        .size();
  });
  assigned.open();
  above.join();
  EXPECT_THROW(static_cast<void>(batch.get()), covey::cancelled);
}

TEST_P(pulled_ranges, obey_limits_and_weights) {
  covey_test::head_count inside;
  made_on_demand source(as_int, 500);
  covey::for_each(
      source, [&](int) { const covey_test::visit here(inside); }, on({.limit = 2}));
  EXPECT_EQ(inside.entered(), 500U);
  EXPECT_LE(inside.most(), 2U);

  std::atomic<int> used{0};
  std::atomic<int> most{0};
  made_on_demand heavy([](std::uint64_t i) { return as_int(i % 5 + 1); }, 500);
  covey::for_each(heavy,
                  covey::weighted(
                      [&](int weight) {
                        const int now = used += weight;
                        int known = most.load();
                        while (known < now && !most.compare_exchange_weak(known, now)) {
                        }
                        spin(100);
                        used -= weight;
                      },
                      [](int weight) { return weight; }),
                  on({.budget = 7}));
  EXPECT_LE(most.load(), 7);
  EXPECT_EQ(used.load(), 0);
}

TEST_P(pulled_ranges, tell_their_progress) {
  const auto last = [&](auto& range) {
    covey_test::gate told;
    covey::batch_progress seen;
    covey::for_each(
        range,
        [&](int i) {
          if (i == 7) {
            told.wait_in_child();
          }
        },
        on({.progress =
                [&](const covey::batch_progress& now) {
                  seen = now;
                  told.open();
                },
            .progress_rate = 1000}));
    return seen;
  };
  made_on_demand source(as_int, 1000);
  EXPECT_EQ(last(source).total, std::nullopt);
  std::list<int> sized(1000);
  std::iota(sized.begin(), sized.end(), 0);
  EXPECT_EQ(last(sized).total, 1000U);
  EXPECT_EQ(last(sized).done, 1000U);
}

TEST_P(pulled_ranges, may_themselves_run_batches) {
  made_on_demand source(
      [&](std::uint64_t i) {
        return covey::reduce(std::views::iota(0, as_int(i)), 0, std::plus<>(), on());
      },
      200);
  const auto sums = covey::map(
      source, [](int sum) { return sum; }, on());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    ASSERT_EQ(sums[i], static_cast<int>(i * (i - (i > 0 ? 1 : 0)) / 2)) << i;
  }
}

TEST_P(pulled_ranges, survive_items_that_throw_when_they_are_moved) {
  for (const int at : {1, 2, 3, 50}) {
    made_on_demand source([](std::uint64_t i) { return counted(as_int(i)); }, 500);
    counted::throw_on_move(at);
    EXPECT_THROW(covey::for_each(
                     source, [](counted&& item) { const counted mine(std::move(item)); }, on()),
                 covey::composite_exception)
        << at;
    counted::disarm();
  }
}

}  // namespace
