// SPDX-License-Identifier: Apache-2.0
// Limits, budgets and throttles: what is in flight is counted by the items themselves.
#include "batches.hpp"
#include "each_pool_size.hpp"

#include <atomic>
#include <cstdint>
#include <latch>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using covey_test::contains;
using covey_test::failures_of;
using covey_test::gate;
using covey_test::in;
using covey_test::message_of;
using covey_test::numbers;
using covey_test::visits;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(throttle);

// Sums up what is inside at once.
class meter {
 public:
  void enter(std::uint64_t weight) {
    const std::uint64_t now = inside_.fetch_add(weight) + weight;
    std::uint64_t known = most_.load();
    while (known < now && !most_.compare_exchange_weak(known, now)) {
    }
  }
  void leave(std::uint64_t weight) { inside_.fetch_sub(weight); }
  [[nodiscard]] std::uint64_t most() const { return most_.load(); }
  [[nodiscard]] std::uint64_t inside() const { return inside_.load(); }
  void forget() { most_ = inside_.load(); }

 private:
  std::atomic<std::uint64_t> inside_{0};
  std::atomic<std::uint64_t> most_{0};
};

// Inside a meter for a scope, long enough to meet others: the worker's permit is lent.
struct stay {
  stay(meter& m, std::uint64_t w) : at(m), weight(w) {
    at.enter(weight);
    covey::blocking([] { std::this_thread::yield(); });
  }
  stay(const stay&) = delete;
  stay& operator=(const stay&) = delete;
  ~stay() { at.leave(weight); }
  meter& at;
  std::uint64_t weight;
};

TEST_P(throttle, limit_bounds_the_items_in_flight) {
  for (const int limit : {1, 2, 3, 16}) {
    meter inside;
    visits seen(500);
    covey::for_each(
        numbers(500),
        [&](int i) {
          const stay here(inside, 1);
          seen(static_cast<std::size_t>(i));
        },
        in(pool(), {.limit = limit}));
    EXPECT_TRUE(seen.each_once());
    EXPECT_LE(inside.most(), static_cast<std::uint64_t>(limit));
  }
}

TEST_P(throttle, limit_is_reached_by_items_that_block) {
  // All five are inside before the first goes on.
  meter inside;
  std::latch five(5);
  covey::for_each(
      numbers(50),
      [&](int) {
        inside.enter(1);
        covey::blocking([&] {
          if (!five.try_wait()) {
            five.count_down();
            five.wait();
          }
        });
        inside.leave(1);
      },
      in(pool(), {.limit = 5}));
  EXPECT_EQ(inside.most(), 5U);
}

TEST_P(throttle, limit_can_be_raised_while_the_batch_runs) {
  covey::throttle bound(1);
  std::latch four(4);
  meter inside;
  covey::for_each(
      numbers(40),
      [&](int i) {
        inside.enter(1);
        if (i == 0) {
          EXPECT_EQ(bound.items(), 1U);
          bound.set_limit(4);
        }
        covey::blocking([&] {
          if (!four.try_wait()) {
            four.count_down();
            four.wait();
          }
        });
        inside.leave(1);
      },
      in(pool(), {.throttle = &bound}));
  EXPECT_EQ(inside.most(), 4U);
  EXPECT_EQ(bound.items(), 0U);
  EXPECT_EQ(bound.used(), 0U);
}

TEST_P(throttle, limit_can_be_lowered_while_the_batch_runs) {
  covey::throttle bound(8);
  meter inside;
  meter late;
  std::atomic<bool> lowered{false};
  covey::for_each(
      numbers(1000),
      [&](int) {
        // Items that were admitted after the change.
        const bool after = lowered.load();
        const stay here(inside, 1);
        if (after) {
          const stay both(late, 1);
        }
        if (bound.items() == 1 || inside.most() >= 8) {
          bound.set_limit(2);
          lowered = bound.items() <= 2;
        }
      },
      in(pool(), {.throttle = &bound}));
  EXPECT_LE(inside.most(), 8U);
  EXPECT_LE(late.most(), 2U);
}

TEST_P(throttle, budget_bounds_the_sum_of_the_weights) {
  meter inside;
  const auto weight = [](int i) { return i % 10; };
  covey::for_each(
      numbers(600),
      covey::weighted(
          [&](int i) { const stay here(inside, static_cast<std::uint64_t>(weight(i))); }, weight),
      in(pool(), {.budget = 20}));
  EXPECT_LE(inside.most(), 20U);
}

TEST_P(throttle, item_heavier_than_the_budget_runs_alone) {
  meter inside;
  meter count;
  std::atomic<int> alone{0};
  covey::for_each(numbers(300),
                  covey::weighted(
                      [&](int i) {
                        const stay one(count, 1);
                        const stay here(inside, i % 50 == 7 ? 1000 : 3);
                        if (i % 50 == 7) {
                          EXPECT_EQ(count.inside(), 1U);
                          EXPECT_EQ(inside.inside(), 1000U);
                          ++alone;
                        }
                      },
                      [](int i) { return i % 50 == 7 ? 1000 : 3; }),
                  in(pool(), {.budget = 10}));
  EXPECT_EQ(alone.load(), 6);
  EXPECT_EQ(inside.most(), 1000U);
}

TEST_P(throttle, budget_can_be_changed_both_ways) {
  covey::throttle bound({}, 100);
  meter inside;
  covey::for_each(numbers(400),
                  covey::weighted(
                      [&](int i) {
                        const stay here(inside, 5);
                        if (i % 20 == 0) {
                          bound.set_budget(i % 40 == 0 ? 10 : 100);
                        }
                      },
                      [](int) { return 5; }),
                  in(pool(), {.throttle = &bound}));
  EXPECT_LE(inside.most(), 100U);
  EXPECT_EQ(bound.used(), 0U);
}

TEST_P(throttle, shared_by_batches_bounds_them_together) {
  covey::throttle bound(3, 50);
  meter items;
  meter weights;
  std::atomic<int> ran{0};
  const auto batch = [&](int n, int weight) {
    covey::for_each(numbers(n),
                    covey::weighted(
                        [&, weight](int) {
                          const stay one(items, 1);
                          const stay here(weights, static_cast<std::uint64_t>(weight));
                          ++ran;
                        },
                        [weight](int) { return weight; }),
                    in(pool(), {.throttle = &bound}));
  };
  std::thread first([&] { batch(300, 20); });
  std::thread second([&] { batch(200, 30); });
  batch(100, 50);
  first.join();
  second.join();
  EXPECT_EQ(ran.load(), 600);
  EXPECT_LE(items.most(), 3U);
  EXPECT_LE(weights.most(), 50U);
  EXPECT_EQ(bound.items(), 0U);
}

TEST_P(throttle, shared_with_a_batch_of_another_pool_wakes_both) {
  covey::throttle bound(1);
  covey::pool other{2};
  std::atomic<int> ran{0};
  std::thread there([&] {
    covey::for_each(
        numbers(200), [&](int) { ++ran; }, in(other, {.throttle = &bound}));
  });
  covey::for_each(
      numbers(200), [&](int) { ++ran; }, in(pool(), {.throttle = &bound}));
  there.join();
  EXPECT_EQ(ran.load(), 400);
  other.shutdown();
}

TEST_P(throttle, batch_without_room_waits_until_another_one_gives_it_back) {
  covey::throttle bound(1);
  gate inside;
  gate leave;
  std::atomic<int> ran{0};
  std::thread holder([&] {
    covey::for_each(
        numbers(1),
        [&](int) {
          inside.open();
          leave.wait_in_child();
          ++ran;
        },
        in(pool(), {.throttle = &bound}));
  });
  inside.wait();
  std::thread waiter([&] {
    covey::for_each(
        numbers(10), [&](int) { EXPECT_EQ(ran++ > 0, true); }, in(pool(), {.throttle = &bound}));
  });
  leave.open();
  holder.join();
  waiter.join();
  EXPECT_EQ(ran.load(), 11);
}

TEST_P(throttle, batch_without_room_hears_a_stop) {
  covey::throttle bound(1);
  gate inside;
  gate leave;
  std::thread holder([&] {
    covey::for_each(
        numbers(1),
        [&](int) {
          inside.open();
          leave.wait_in_child();
        },
        in(pool(), {.throttle = &bound}));
  });
  inside.wait();
  covey::nursery outer{here()};
  std::thread stopper([&] { outer.stop("no room"); });
  EXPECT_THROW(covey::for_each(
                   numbers(10),
                   [&](int) { FAIL() << "there was no room"; },
                   in(pool(), {.throttle = &bound})),
               covey::cancelled);
  stopper.join();
  leave.open();
  holder.join();
}

TEST_P(throttle, under_which_an_item_opens_a_batch_again_is_a_structure_error) {
  covey::throttle bound(1);
  const auto text = [&] {
    try {
      covey::for_each(
          numbers(1),
          [&](int) { covey::for_each(numbers(1), [](int) {}, {.throttle = &bound}); },
          in(pool(), {.throttle = &bound}));
    } catch (const covey::composite_exception& all) {
      return std::string(all.what());
    }
    return std::string("nothing was thrown");
  }();
  EXPECT_TRUE(contains(text, "same throttle")) << text;
  EXPECT_EQ(bound.items(), 0U);
  // After it, and under another throttle, batches run.
  covey::throttle other(1);
  std::atomic<int> ran{0};
  covey::for_each(
      numbers(3),
      [&](int) { covey::for_each(numbers(3), [&](int) { ++ran; }, {.throttle = &other}); },
      in(pool(), {.throttle = &bound}));
  EXPECT_EQ(ran.load(), 9);
}

TEST_P(throttle, weight_that_throws_fails_its_item) {
  std::atomic<int> ran{0};
  const auto all = [&] {
    covey::for_each(numbers(20),
                    covey::weighted([&](int) { ++ran; },
                                    [](int i) {
                                      if (i == 5) {
                                        throw std::runtime_error("unknown weight");
                                      }
                                      return 1;
                                    }),
                    in(pool(), {.policy = covey::policy::supervise, .budget = 4}));
  };
  EXPECT_EQ(failures_of(all), strings{"unknown weight"});
  EXPECT_EQ(ran.load(), 19);
}

TEST_P(throttle, item_that_throws_gives_its_room_back) {
  covey::throttle bound(2, 10);
  const auto all = [&] {
    covey::for_each(numbers(50),
                    covey::weighted([](int) { throw 1; }, [](int) { return 7; }),
                    in(pool(), {.policy = covey::policy::supervise, .throttle = &bound}));
  };
  EXPECT_EQ(failures_of(all).size(), 50U);
  EXPECT_EQ(bound.items(), 0U);
  EXPECT_EQ(bound.used(), 0U);
}

TEST_P(throttle, negative_and_huge_weights_are_taken_as_they_can_be) {
  std::atomic<int> ran{0};
  covey::for_each(numbers(4),
                  covey::weighted([&](int) { ++ran; },
                                  [](int i) {
                                    return i % 2 == 0 ? std::int64_t{-5}
                                                      : std::numeric_limits<std::int64_t>::max();
                                  }),
                  in(pool(), {.budget = 10}));
  EXPECT_EQ(ran.load(), 4);
}

TEST_P(throttle, refuses_numbers_out_of_range_naming_the_range) {
  constexpr auto huge = std::numeric_limits<std::size_t>::max();
  covey::throttle bound(3, 4);
  for (const covey::amount bad : {covey::amount{0}, covey::amount{-1}, covey::amount{huge}}) {
    for (const auto& text :
         {message_of<std::invalid_argument>([&] { const covey::throttle refused(bad); }),
          message_of<std::invalid_argument>([&] { bound.set_limit(bad); })}) {
      EXPECT_TRUE(contains(text, "1 … 2147483647")) << text;
    }
    for (const auto& text :
         {message_of<std::invalid_argument>([&] { const covey::throttle refused({}, bad); }),
          message_of<std::invalid_argument>([&] { bound.set_budget(bad); })}) {
      EXPECT_TRUE(contains(text, "1 … 4611686018427387904")) << text;
    }
  }
  EXPECT_THROW(covey::for_each(
                   numbers(1), [](int) {}, in(pool(), {.limit = 1, .throttle = &bound})),
               std::invalid_argument);
}

}  // namespace
