// SPDX-License-Identifier: Apache-2.0
// map: results in the order of the items, whatever their type.
#include "batches.hpp"
#include "each_pool_size.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace {

using covey_test::counted;
using covey_test::failures_of;
using covey_test::in;
using covey_test::numbers;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(map);

TEST_P(map, returns_the_results_in_the_order_of_the_items) {
  for (const int n : {0, 1, 2, 63, 64, 65, 10'000}) {
    const auto squares = covey::map(
        numbers(n), [](int i) { return std::int64_t{i} * i; }, in(pool()));
    static_assert(std::is_same_v<decltype(squares), const std::vector<std::int64_t>>);
    ASSERT_EQ(squares.size(), static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < squares.size(); ++i) {
      ASSERT_EQ(squares[i], static_cast<std::int64_t>(i * i));
    }
  }
}

TEST_P(map, returns_strings) {
  const auto texts = covey::map(
      numbers(1000), [](int i) { return std::string(40, 'x') + std::to_string(i); }, in(pool()));
  EXPECT_EQ(texts[999], std::string(40, 'x') + "999");
}

TEST_P(map, returns_move_only_results) {
  const auto boxes = covey::map(
      numbers(300), [](int i) { return std::make_unique<int>(i); }, in(pool()));
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(*boxes[static_cast<std::size_t>(i)], i);
  }
}

struct from_int {
  explicit from_int(int v) : value(v) {}
  from_int(const from_int&) = default;
  from_int& operator=(const from_int&) = delete;
  const int value;
};

TEST_P(map, returns_results_without_default_constructor_and_assignment) {
  const auto made = covey::map(
      numbers(300), [](int i) { return from_int(i); }, in(pool()));
  EXPECT_EQ(made[299].value, 299);
}

struct picky {
  picky() { throw std::logic_error("default-constructed"); }
  explicit picky(int v) noexcept : value(v) {}
  int value;
};

TEST_P(map, never_default_constructs_a_result_whose_constructor_throws) {
  const auto made = covey::map(
      numbers(300), [](int i) { return picky(i); }, in(pool()));
  EXPECT_EQ(made[299].value, 299);
}

TEST_P(map, returns_bools) {
  const std::vector<bool> even = covey::map(
      numbers(10'000), [](int i) { return i % 2 == 0; }, in(pool()));
  ASSERT_EQ(even.size(), 10'000U);
  for (std::size_t i = 0; i < even.size(); ++i) {
    ASSERT_EQ(even[i], i % 2 == 0);
  }
}

struct alignas(256) wide {
  int value = 0;
};
struct alignas(256) wide_text {
  std::string value;
};

TEST_P(map, returns_over_aligned_results) {
  const auto plain = covey::map(
      numbers(100), [](int i) { return wide{i}; }, in(pool()));
  const auto rich = covey::map(
      numbers(100), [](int i) { return wide_text{std::to_string(i)}; }, in(pool()));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(plain.data()) % 256, 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(rich.data()) % 256, 0U);
  EXPECT_EQ(plain[99].value, 99);
  EXPECT_EQ(rich[99].value, "99");
}

struct mebibyte {
  std::array<std::uint8_t, 1U << 20U> bytes;
};
struct owned_mebibyte {
  std::array<std::uint8_t, 1U << 20U> bytes;
  std::unique_ptr<int> owner;
};

TEST_P(map, returns_results_of_a_mebibyte) {
  const auto plain = covey::map(
      numbers(5),
      [](int i) {
        mebibyte big;
        big.bytes.fill(static_cast<std::uint8_t>(i));
        return big;
      },
      in(pool()));
  const auto rich = covey::map(
      numbers(5),
      [](int i) {
        owned_mebibyte big;
        big.bytes.fill(static_cast<std::uint8_t>(i));
        big.owner = std::make_unique<int>(i);
        return big;
      },
      in(pool()));
  EXPECT_EQ(plain[4].bytes[77], 4);
  EXPECT_EQ(rich[4].bytes[(1U << 20U) - 1], 4);
}

TEST_P(map, copies_what_a_returned_reference_refers_to) {
  const strings words{"a", "b"};
  const strings same = covey::map(
      words, [](const std::string& w) -> const std::string& { return w; }, in(pool()));
  EXPECT_EQ(same, words);
}

TEST_P(map, passes_on_what_moving_a_result_into_the_vector_throws) {
  const auto all = [&] {
    return covey::map(
        numbers(50),
        [](int i) {
          if (i == 49) {
            counted::throw_on_move(20);
          }
          return counted(i);
        },
        in(pool(), {.limit = 1}));
  };
  EXPECT_THROW(all(), covey_test::planted_failure);
  counted::disarm();
  EXPECT_EQ(counted::alive(), 0);
}

TEST_P(map, a_result_whose_move_throws_inside_the_function_fails_its_item) {
  const auto all = [&] {
    return covey::map(
        numbers(10),
        [](int i) {
          counted first(i);
          if (i == 3) {
            throw covey_test::planted_failure("third");
          }
          return first;
        },
        in(pool(), {.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(all), strings{"third"});
  EXPECT_EQ(counted::alive(), 0);
}

TEST_P(map, an_item_whose_copy_throws_fails_alone) {
  const std::vector<counted> items(20);
  counted::throw_on_copy(5);
  const auto all = [&] {
    return covey::map(
        items,
        [](counted by_value) { return by_value.value(); },
        in(pool(), {.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(all), strings{"copy"});
}

TEST_P(map, an_item_whose_move_throws_fails_alone) {
  std::vector<counted> items(20);
  counted::throw_on_move(5);
  const auto all = [&] {
    return covey::map(
        items,
        [](counted& item) { return counted(std::move(item)).value(); },
        in(pool(), {.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(all), strings{"move"});
}

TEST_P(map, destroys_the_results_of_a_batch_that_failed) {
  const auto all = [&] {
    return covey::map(
        numbers(1000),
        [](int i) {
          if (i == 700) {
            throw std::runtime_error("late");
          }
          return counted(i);
        },
        in(pool()));
  };
  EXPECT_EQ(failures_of(all), strings{"late"});
  EXPECT_EQ(counted::alive(), 0);
}

TEST_P(map, nests_three_deep) {
  const auto cube = covey::map(
      numbers(6),
      [](int x) {
        return covey::map(numbers(6), [x](int y) {
          return covey::map(numbers(6), [x, y](int z) { return 100 * x + 10 * y + z; });
        });
      },
      in(pool()));
  for (std::size_t x = 0; x < 6; ++x) {
    for (std::size_t y = 0; y < 6; ++y) {
      for (std::size_t z = 0; z < 6; ++z) {
        ASSERT_EQ(cube[x][y][z], static_cast<int>(100 * x + 10 * y + z));
      }
    }
  }
}

TEST_P(map, nested_failures_stay_nested) {
  try {
    covey::map(
        numbers(2),
        [](int x) {
          return covey::map(numbers(2),
                            [x](int y) {
                              throw std::runtime_error(std::to_string(10 * x + y));
                              return 0;
                            },
                            {.policy = covey::policy::supervise});
        },
        in(pool(), {.policy = covey::policy::supervise}));
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(covey_test::messages(all), (strings{"0", "1", "10", "11"}));
    EXPECT_EQ(covey_test::depth(all), 2U);
  }
}

TEST_P(map, hands_stop_tokens_to_functions_that_take_one) {
  const auto possible = covey::map(
      numbers(50),
      [](int, const covey::stop_token& token) { return token.stop_possible(); },
      in(pool()));
  EXPECT_EQ(std::count(possible.begin(), possible.end(), true), 50);
}

TEST_P(map, runs_in_a_foreign_thread_and_in_a_child) {
  covey::nursery kids{here()};
  auto inside = kids.spawn([] { return covey::map(numbers(100), [](int i) { return i; }); });
  EXPECT_EQ(inside.get(), numbers(100));
  EXPECT_EQ(covey::map(
                numbers(100), [](int i) { return i; }, in(pool())),
            numbers(100));
}

TEST_P(map, refuses_to_return_a_part) {
  const auto text = covey_test::message_of<std::invalid_argument>([&] {
    return covey::map(
        numbers(3),
        [](int i) { return i; },
        in(pool(), {.on_timeout = covey::on_timeout::return_partial}));
  });
  EXPECT_TRUE(covey_test::contains(text, "map_outcomes")) << text;
}

TEST_P(map, of_weighted_work_returns_what_the_work_returns) {
  const auto lengths = covey::map(strings{"a", "bb", "ccc"},
                                  covey::weighted([](const std::string& s) { return s + "!"; },
                                                  [](const std::string& s) { return s.size(); }),
                                  in(pool(), {.budget = 3}));
  EXPECT_EQ(lengths, (strings{"a!", "bb!", "ccc!"}));
}

TEST_P(map, never_returns_a_part_when_only_the_child_that_runs_it_is_stopped) {
  const std::vector<int> items = numbers(1000);
  covey::nursery above{{.pool = &pool()}};
  covey_test::gate assigned;
  covey::future<std::vector<std::string>> all;
  all = above.spawn([&] {
    return covey::map(
        items,
        [&](int i) {
          if (i == 0) {
            assigned.wait_in_child();
            all.request_stop();
            covey::this_task::checkpoint();  // so that there is an item without a value
          }
          return std::to_string(i);
        },
        in(pool(), {}));
  });
  assigned.open();
  above.join();
  EXPECT_THROW(static_cast<void>(all.get()), covey::cancelled);
}

}  // namespace
