// SPDX-License-Identifier: Apache-2.0
// spawn_and_wait: static fork-join, and a range of callables.
#include "each_pool_size.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

namespace {

using covey_test::failures_of;
using strings = std::vector<std::string>;

// The children of spawn_and_wait run on the pool of the task that calls it.
class spawn_and_wait : public covey_test::each_pool_size {
 protected:
  template <class F>
  auto on_pool(F f) {
    covey::nursery kids{here()};
    auto value = kids.spawn(std::move(f));
    return value.get();
  }
};
INSTANTIATE_TEST_SUITE_P(pools,
                         spawn_and_wait,
                         testing::Values(1, 2, 8),
                         covey_test::pool_size_name);

TEST_P(spawn_and_wait, returns_the_results_as_a_tuple) {
  const auto all = on_pool(
      [] { return covey::spawn_and_wait([] { return 1; }, [] { return std::string("two"); }); });
  EXPECT_EQ(std::get<0>(all), 1);
  EXPECT_EQ(std::get<1>(all), "two");
}

TEST_P(spawn_and_wait, makes_void_a_monostate) {
  std::atomic<bool> ran{false};
  const auto all =
      on_pool([&] { return covey::spawn_and_wait([&] { ran = true; }, [] { return 2; }); });
  static_assert(std::is_same_v<decltype(all), const std::tuple<std::monostate, int>>);
  EXPECT_TRUE(ran.load());
  EXPECT_EQ(std::get<1>(all), 2);
}

TEST_P(spawn_and_wait, takes_one_or_many_callables) {
  const auto sum = on_pool([] {
    auto [a] = covey::spawn_and_wait([] { return 1; });
    auto [b, c, d, e, f] = covey::spawn_and_wait(
        [] { return 2; }, [] { return 3; }, [] { return 4; }, [] { return 5; }, [] { return 6; });
    return a + b + c + d + e + f;
  });
  EXPECT_EQ(sum, 21);
}

TEST_P(spawn_and_wait, moves_move_only_results_out) {
  const auto value = on_pool([] {
    auto [a, b] = covey::spawn_and_wait([] { return std::make_unique<int>(1); },
                                        [] { return std::make_unique<int>(2); });
    return *a + *b;
  });
  EXPECT_EQ(value, 3);
}

TEST_P(spawn_and_wait, returns_the_results_of_a_range_in_its_order) {
  const auto all = on_pool([] {
    std::vector<std::function<int()>> work;
    for (int i = 0; i < 100; ++i) {
      work.emplace_back([i] { return i * i; });
    }
    return covey::spawn_and_wait(work);
  });
  ASSERT_EQ(all.size(), 100U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i], static_cast<int>(i * i));
  }
}

TEST_P(spawn_and_wait, returns_at_once_for_an_empty_range) {
  on_pool([] {
    const std::vector<std::function<int()>> nothing;
    EXPECT_TRUE(covey::spawn_and_wait(nothing).empty());
    const std::vector<std::function<void()>> no_voids;
    covey::spawn_and_wait(no_voids);
    return 0;
  });
}

TEST_P(spawn_and_wait, runs_a_range_of_callables_without_results) {
  std::atomic<int> ran{0};
  on_pool([&] {
    std::vector<std::function<void()>> work(50, [&] { ++ran; });
    covey::spawn_and_wait(work);
    return 0;
  });
  EXPECT_EQ(ran.load(), 50);
}

TEST_P(spawn_and_wait, throws_all_failures_in_the_order_of_the_callables) {
  const auto both = [] {
    return covey::spawn_and_wait([]() -> int { throw std::runtime_error("first"); },
                                 []() -> int { throw std::runtime_error("second"); });
  };
  const auto seen = on_pool([&] { return failures_of(both); });
  ASSERT_FALSE(seen.empty());
  // The first failure stops the siblings: the second may never have started.
  EXPECT_TRUE(seen == (strings{"first", "second"}) || seen.size() == 1U);
}

TEST_P(spawn_and_wait, throws_what_callables_of_a_range_throw) {
  const auto work = [] {
    std::vector<std::function<int()>> all(100, [] { return 1; });
    for (std::size_t i = 90; i < all.size(); ++i) {
      all[i] = []() -> int { throw std::runtime_error("late"); };
    }
    return covey::spawn_and_wait(all);
  };
  const auto seen = on_pool([&] { return failures_of(work); });
  ASSERT_FALSE(seen.empty());  // one at least: the first failure stops the others
  EXPECT_EQ(seen, strings(seen.size(), "late"));
}

TEST_P(spawn_and_wait, waits_for_the_others_when_one_fails) {
  std::atomic<int> inside{0};
  const auto work = [&] {
    return covey::spawn_and_wait(
        [&]() -> int {
          ++inside;
          while (!covey::this_task::stop_requested()) {
            std::this_thread::yield();
          }
          --inside;
          return 1;
        },
        []() -> int { throw std::runtime_error("second"); });
  };
  on_pool([&] {
    EXPECT_EQ(failures_of(work), strings{"second"});
    return 0;
  });
  EXPECT_EQ(inside.load(), 0);
}

TEST_P(spawn_and_wait, names_its_children_by_number) {
  const auto work = [] {
    return covey::spawn_and_wait(
        [] { return 1; }, []() -> int { throw std::runtime_error("second"); }, [] { return 3; });
  };
  on_pool([&] {
    try {
      static_cast<void>(work());
      ADD_FAILURE() << "nothing was thrown";
    } catch (const covey::composite_exception& all) {
      EXPECT_TRUE(covey_test::contains(all.what(), "child 2 of 3")) << all.what();
      EXPECT_TRUE(covey_test::contains(all.what(), "spawn_and_wait_test.cpp")) << all.what();
    }
    return 0;
  });
}

TEST_P(spawn_and_wait, hears_the_stop_of_the_enclosing_nursery) {
  covey_test::gate started;
  std::atomic<int> stopped{0};
  covey::nursery kids{here()};
  auto child = kids.spawn([&] {
    const auto spin = [&] {
      started.open();
      while (!covey::this_task::stop_requested()) {
        std::this_thread::yield();
      }
      ++stopped;
    };
    covey::spawn_and_wait(spin, spin);
  });
  started.wait();
  kids.stop();
  EXPECT_NO_THROW(kids.join());
  EXPECT_GE(stopped.load(), 1);
  EXPECT_EQ(child.state(), covey::task_state::stopped);
}

TEST_P(spawn_and_wait, recurses) {
  const auto fib = [](const auto& self, int n) -> int {
    if (n < 2) {
      return n;
    }
    auto [a, b] =
        covey::spawn_and_wait([&] { return self(self, n - 1); }, [&] { return self(self, n - 2); });
    return a + b;
  };
  EXPECT_EQ(on_pool([&] { return fib(fib, 15); }), 610);
}

}  // namespace
