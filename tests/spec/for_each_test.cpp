// SPDX-License-Identifier: Apache-2.0
// for_each: every item once, on whatever threads there are; failures, stops, blocking items, nesting.
#include "batches.hpp"
#include "each_pool_size.hpp"
#include "sanitized.hpp"

#include <covey/virtual_clock.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <latch>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using covey_test::expect_adds_up;
using covey_test::failed_names;
using covey_test::failures_of;
using covey_test::gate;
using covey_test::in;
using covey_test::numbers;
using covey_test::visits;
using strings = std::vector<std::string>;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(for_each);

TEST_P(for_each, visits_every_item_once) {
  for (const int n : {1, 2, 3, 7, 64, 1000, 100'000}) {
    visits seen(static_cast<std::size_t>(n));
    const auto end = covey::for_each(
        numbers(n), [&](int i) { seen(static_cast<std::size_t>(i)); }, in(pool()));
    EXPECT_TRUE(seen.each_once()) << n;
    EXPECT_EQ(end.total, static_cast<std::uint64_t>(n));
    EXPECT_EQ(end.done, end.total);
    EXPECT_EQ(end.stop.kind, covey::stop_kind::none);
    expect_adds_up(end);
  }
}

TEST_P(for_each, of_an_empty_range_returns_at_once) {
  const auto end = covey::for_each(
      std::vector<int>{}, [](int) { FAIL() << "there is no item"; }, in(pool()));
  EXPECT_EQ(end.total, 0U);
  expect_adds_up(end);
}

TEST_P(for_each, writes_through_references) {
  auto values = numbers(5000);
  covey::for_each(
      values, [](int& v) { v *= 2; }, in(pool()));
  for (int i = 0; i < 5000; ++i) {
    ASSERT_EQ(values[static_cast<std::size_t>(i)], 2 * i);
  }
}

TEST_P(for_each, takes_arrays_spans_and_views) {
  std::atomic<int> sum{0};
  const auto add = [&](auto i) { sum += static_cast<int>(i); };
  int plain[] = {1, 2, 3};
  covey::for_each(plain, add, in(pool()));
  covey::for_each(std::array<int, 2>{4, 5}, add, in(pool()));
  covey::for_each(std::span(plain), add, in(pool()));
  covey::for_each(std::views::iota(0, 4), add, in(pool()));
  covey::for_each(std::views::iota(std::size_t{0}, std::size_t{4}), add, in(pool()));
  covey::for_each(std::views::iota(std::int64_t{0}, std::int64_t{4}), add, in(pool()));
  covey::for_each(std::views::iota(0, 4) | std::views::transform([](int i) { return 10 * i; }),
                  add,
                  in(pool()));
  covey::for_each(std::vector<bool>{true, false, true}, add, in(pool()));
  EXPECT_EQ(sum.load(), 6 + 9 + 6 + 6 + 6 + 6 + 60 + 2);
}

TEST_P(for_each, uses_the_other_workers) {
  // The first item waits, keeping its permit, until another thread has worked on an item.
  if (size() < 2) {
    return;
  }
  gate met;
  const auto mine = std::this_thread::get_id();
  covey::for_each(
      numbers(100),
      [&](int) {
        if (std::this_thread::get_id() == mine) {
          met.wait();
        } else {
          met.open();
        }
      },
      in(pool()));
  EXPECT_TRUE(met.is_open());
}

TEST_P(for_each, with_every_grain_visits_every_item_once) {
  for (const std::int64_t grain : {1, 2, 7, 64, 1000, 2'147'483'647}) {
    visits seen(3001);
    covey::for_each(
        numbers(3001),
        [&](int i) { seen(static_cast<std::size_t>(i)); },
        in(pool(), {.grain = grain}));
    EXPECT_TRUE(seen.each_once()) << grain;
  }
}

TEST_P(for_each, counts_beyond_32_bits) {
  if (covey_test::sanitized || size() == 1) {
    return;  // too slow there
  }
#ifdef NDEBUG
  constexpr std::uint64_t n = (std::uint64_t{1} << 32U) + 1;
#else
  constexpr std::uint64_t n = (std::uint64_t{1} << 24U) + 1;
#endif
  constexpr std::uint64_t first = (std::uint64_t{1} << 33U);
  std::atomic<std::uint64_t> last_seen{0};
  const auto end = covey::for_each(
      std::views::iota(first, first + n),
      [&](std::uint64_t i) {
        if (i == first + n - 1) {
          last_seen = i;
        }
      },
      in(pool(), {.grain = 1 << 20}));
  EXPECT_EQ(end.done, n);
  EXPECT_EQ(last_seen.load(), first + n - 1);
}

TEST_P(for_each, over_more_items_than_anybody_can_visit_ends_when_it_is_stopped) {
  covey::nursery outer{here()};
  std::atomic<std::uint64_t> ran{0};
  const auto all = [&] {
    covey::for_each(
        std::views::iota(std::uint64_t{0}, std::uint64_t{1} << 62U),
        [&](std::uint64_t) {
          if (++ran == 1000) {
            outer.stop("enough");
          }
        },
        in(pool()));
  };
  EXPECT_THROW(all(), covey::cancelled);
  EXPECT_GE(ran.load(), 1000U);
  EXPECT_THROW(covey::for_each(
                   std::views::iota(std::uint64_t{0}, ~std::uint64_t{0}),
                   [](std::uint64_t) {},
                   in(pool(), {.parent = covey::root})),
               std::length_error);
}

TEST_P(for_each, keeps_every_failure_in_the_order_of_the_items) {
  strings expected;
  for (int i = 0; i < 2000; i += 7) {
    expected.push_back(std::to_string(i));
  }
  std::atomic<int> ran{0};
  const auto all = [&] {
    covey::for_each(
        numbers(2000),
        [&](int i) {
          ++ran;
          if (i % 7 == 0) {
            throw std::runtime_error(std::to_string(i));
          }
        },
        in(pool(), {.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(all), expected);
  EXPECT_EQ(ran.load(), 2000);
}

TEST_P(for_each, stops_the_others_after_a_failure_by_default) {
  std::atomic<int> ran{0};
  const auto all = [&] {
    covey::for_each(
        std::views::iota(0, 1'000'000'000),
        [&](int i) {
          ++ran;
          if (i == 100) {
            throw std::runtime_error("a hundred");
          }
        },
        in(pool()));
  };
  EXPECT_EQ(failures_of(all), strings{"a hundred"});
  EXPECT_LT(ran.load(), 1'000'000'000);
}

TEST_P(for_each, names_failed_items_by_index_and_value) {
  const auto fail = [](const auto&) { throw std::runtime_error("no"); };
  const auto supervised = in(pool(), {.policy = covey::policy::supervise});
  EXPECT_EQ(failed_names([&] {
              covey::for_each(strings{"a", "b c"}, fail, supervised);
            }),
            (strings{"item 0 (a)", "item 1 (b c)"}));
  EXPECT_EQ(failed_names([&] {
              covey::for_each(std::vector<int>{7, -8}, fail, supervised);
            }),
            (strings{"item 0 (7)", "item 1 (-8)"}));
  EXPECT_EQ(failed_names([&] {
              covey::for_each(std::vector<std::filesystem::path>{"/tmp/x"}, fail, supervised);
            }),
            strings{"item 0 (/tmp/x)"});
  EXPECT_EQ(failed_names([&] {
              covey::for_each(std::vector<const char*>{"text", nullptr}, fail, supervised);
            }),
            (strings{"item 0 (text)", "item 1 (null)"}));
  struct opaque {};
  EXPECT_EQ(failed_names([&] { covey::for_each(std::vector<opaque>(1), fail, supervised); }),
            strings{"item 0"});
  EXPECT_EQ(
      failed_names([&] { covey::for_each(std::vector<std::thread::id>(1), fail, supervised); }),
      strings{"item 0"});
}

struct tile {
  int x = 0;
  friend std::string to_string(const tile& t) { return "tile " + std::to_string(t.x); }
};

TEST_P(for_each, names_items_by_their_to_string_and_shows_them_in_what) {
  const auto text = covey_test::message_of<covey::composite_exception>([&] {
    covey::for_each(
        std::vector<tile>{{3}, {4}},
        [](const tile& t) {
          if (t.x == 4) {
            throw std::runtime_error("broken tile");
          }
        },
        in(pool(), {.name = "mosaic"}));
  });
  for (const char* part : {"item 1 (tile 4)", "broken tile", "mosaic", "for_each_test.cpp"}) {
    EXPECT_TRUE(covey_test::contains(text, part)) << text;
  }
}

TEST_P(for_each, keeps_at_most_the_failures_it_was_told_to_keep) {
  try {
    covey::for_each(
        numbers(50),
        [](int) { throw std::runtime_error("one of many"); },
        in(pool(), {.policy = covey::policy::supervise, .max_failures = 10}));
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(all.leaves().size(), 10U);
    EXPECT_TRUE(covey_test::contains(all.what(), "40")) << all.what();
  }
}

TEST_P(for_each, a_cancelled_that_obeys_no_stop_is_a_failure) {
  const auto names = failed_names([&] {
    covey::for_each(
        numbers(1), [](int) { throw covey::cancelled({}); }, in(pool()));
  });
  EXPECT_EQ(names, strings{"item 0 (0)"});
}

TEST_P(for_each, stopped_from_an_item_through_the_nursery_above_throws_cancelled) {
  covey::nursery outer{here()};
  std::atomic<int> ran{0};
  const auto why = covey_test::why_cancelled([&] {
    covey::for_each(
        std::views::iota(0, 1'000'000'000),
        [&](int i) {
          ++ran;
          if (i == 5000) {
            outer.stop("found");
          }
          covey::this_task::checkpoint();  // obeying is no failure
        },
        in(pool()));
  });
  EXPECT_EQ(why.kind, covey::stop_kind::parent);
  EXPECT_EQ(why.text.view(), "found");
  EXPECT_LT(ran.load(), 1'000'000'000);
}

TEST_P(for_each, stopped_from_outside_ends_items_that_ask_their_token) {
  covey::nursery outer{here()};
  gate started;
  std::thread stopper([&] {
    started.wait();
    outer.stop("from outside");
  });
  const auto all = [&] {
    covey::for_each(
        numbers(100),
        [&](int, const covey::stop_token& token) {
          started.open();
          while (!token.stop_requested()) {
            std::this_thread::yield();
          }
        },
        in(pool()));
  };
  EXPECT_THROW(all(), covey::cancelled);
  stopper.join();
}

TEST_P(for_each, hears_a_stop_that_an_inner_batch_has_looked_at) {
  // The inner batch has no parent: it sees the request to look, but not the stop.
  covey::nursery outer{here()};
  std::atomic<int> ran{0};
  const auto all = [&] {
    covey::for_each(
        std::views::iota(0, 1'000'000'000),
        [&](int i) {
          ++ran;
          if (i % 64 == 0) {
            covey::for_each(
                numbers(300),
                [&](int k) {
                  if (i == 0 && k == 7) {
                    outer.stop("deep inside");
                  }
                },
                in(pool(), {.parent = covey::root}));
          }
        },
        in(pool()));
  };
  EXPECT_THROW(all(), covey::cancelled);
  EXPECT_LT(ran.load(), 1'000'000'000);
}

TEST_P(for_each, under_a_stopped_nursery_starts_nothing) {
  covey::nursery outer{here()};
  outer.stop();
  EXPECT_THROW(covey::for_each(
                   numbers(10), [](int) { FAIL() << "started"; }, in(pool())),
               covey::cancelled);
}

TEST_P(for_each, lets_a_hundred_items_sleep_at_once) {
  covey::virtual_clock time;
  std::atomic<int> woken{0};
  std::thread clock_hand([&] {
    time.wait_for_sleepers(100);  // all in flight, although the pool is smaller
    time.advance(100ms);
  });
  covey::for_each(
      numbers(100),
      [&](int) {
        covey::this_task::sleep_for(100ms);
        ++woken;
      },
      in(pool()));
  clock_hand.join();
  EXPECT_EQ(woken.load(), 100);
}

TEST_P(for_each, lets_a_hundred_items_meet_while_they_block) {
  std::latch all_here(100);
  covey::for_each(
      numbers(100), [&](int) { covey::blocking([&] { all_here.arrive_and_wait(); }); }, in(pool()));
  EXPECT_TRUE(all_here.try_wait());
}

TEST_P(for_each, goes_on_after_a_hundred_items_have_blocked) {
  std::latch all_here(100);
  std::atomic<int> after{0};
  covey::for_each(
      numbers(20'000),
      [&](int i) {
        if (i < 100) {
          covey::blocking([&] { all_here.arrive_and_wait(); });
        }
        ++after;
      },
      in(pool(), {.grain = 1}));
  EXPECT_EQ(after.load(), 20'000);
}

TEST_P(for_each, runs_on_a_foreign_thread) {
  std::atomic<int> sum{0};
  std::thread foreign([&] {
    covey::for_each(
        numbers(1000), [&](int i) { sum += i; }, in(pool()));
  });
  foreign.join();
  EXPECT_EQ(sum.load(), 499'500);
}

TEST_P(for_each, runs_inside_children) {
  std::atomic<int> sum{0};
  covey::nursery kids{here()};
  for (int k = 0; k < 8; ++k) {
    kids.run([&] {
      covey::for_each(numbers(1000), [&](int i) { sum += i; });  // the pool of the child
    });
  }
  kids.join();
  EXPECT_EQ(sum.load(), 8 * 499'500);
}

TEST_P(for_each, nests) {
  std::atomic<int> sum{0};
  covey::for_each(
      numbers(10),
      [&](int) {
        covey::for_each(numbers(10),
                        [&](int) { covey::for_each(numbers(10), [&](int i) { sum += i; }); });
      },
      in(pool()));
  EXPECT_EQ(sum.load(), 4500);
}

TEST_P(for_each, lets_items_open_nurseries) {
  std::atomic<int> sum{0};
  covey::for_each(
      numbers(100),
      [&](int i) {
        covey::nursery kids;
        auto twice = kids.spawn([i] { return 2 * i; });
        kids.run([&] { ++sum; });
        sum += twice.get();
      },
      in(pool()));
  EXPECT_EQ(sum.load(), 9900 + 100);
}

TEST_P(for_each, calls_members_and_takes_move_only_functions) {
  std::vector<std::unique_ptr<int>> items;
  for (int i = 0; i < 10; ++i) {
    items.push_back(std::make_unique<int>(i));
  }
  std::atomic<int> sum{0};
  covey::for_each(
      items,
      [&sum, owned = std::make_unique<int>(1)](const std::unique_ptr<int>& p) {
        sum += *p + *owned;
      },
      in(pool()));
  EXPECT_EQ(sum.load(), 55);
  std::vector<gate> gates(3);
  covey::for_each(gates, &gate::open, in(pool()));
  EXPECT_TRUE(gates[2].is_open());
}

TEST_P(for_each, on_a_pool_that_was_shut_down_is_a_pool_error) {
  covey::pool closed{GetParam()};
  closed.shutdown();
  EXPECT_THROW(covey::for_each(
                   numbers(3), [](int) {}, in(closed)),
               covey::pool_error);
}

TEST_P(for_each, under_a_shutdown_ends_in_pool_error) {
  covey::pool short_lived{GetParam()};
  gate started;
  std::thread closer([&] {
    started.wait();
    short_lived.shutdown();
  });
  const auto all = [&] {
    covey::for_each(
        std::views::iota(0, 1'000'000'000), [&](int) { started.open(); }, in(short_lived));
  };
  EXPECT_THROW(all(), covey::pool_error);
  closer.join();
}

}  // namespace
