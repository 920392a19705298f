// SPDX-License-Identifier: Apache-2.0
// Abuse and faults, one test per row of the robustness table: rows 27 to 29.
#include "each_pool_size.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <type_traits>

namespace {

COVEY_EACH_POOL_SIZE(robustness_values);

using mebibyte = std::array<unsigned char, 1U << 20U>;

struct no_default {
  explicit no_default(int v) : value(v) {}
  int value;
};

struct alignas(256) over_aligned {
  int value = 0;
};

template <class T>
bool is_aligned(const T& object) {
  return reinterpret_cast<std::uintptr_t>(&object) % alignof(T) == 0;
}

// Both ways of taking a value: where the spawner gets it, and where another thread does.
template <class T, class Check>
void take_both_ways(covey::nursery& kids, T (*make)(), Check check) {
  auto here = kids.spawn(make);
  check(here.get());
  auto there = kids.spawn(make);
  std::thread reader([&] { check(there.get()); });
  reader.join();
}

TEST_P(robustness_values, row_27_calls_from_foreign_threads_work) {
  std::vector<std::thread> foreign;
  std::atomic<int> sum{0};
  for (int t = 0; t < 50; ++t) {
    foreign.emplace_back([&] {
      covey::nursery kids{here()};
      auto a = kids.spawn([] { return 1; });
      auto b = kids.spawn([] { return 2; });
      sum += a.get() + b.get();
    });
  }
  for (std::thread& thread : foreign) {
    thread.join();
  }
  EXPECT_EQ(sum.load(), 150);
}

TEST_P(robustness_values, row_28_void_results_work) {
  std::atomic<int> ran{0};
  covey::nursery kids{here()};
  auto nothing = kids.spawn([&] { ++ran; });
  static_assert(std::is_void_v<decltype(nothing.get())>);
  nothing.get();
  EXPECT_EQ(ran.load(), 1);
}

TEST_P(robustness_values, row_28_references_work) {
  int object = 1;
  covey::nursery kids{here()};
  auto same = kids.spawn([&]() -> int& { return object; });
  auto fixed = kids.spawn([&]() -> const int& { return object; });
  same.wait();
  same.get() = 5;
  EXPECT_EQ(&fixed.get(), &object);
  EXPECT_EQ(object, 5);
}

TEST_P(robustness_values, row_28_move_only_results_work) {
  covey::nursery kids{here()};
  take_both_ways<std::unique_ptr<int>>(
      kids, [] { return std::make_unique<int>(4); }, [](const auto& p) { EXPECT_EQ(*p, 4); });
}

TEST_P(robustness_values, row_28_results_without_a_default_constructor_work) {
  covey::nursery kids{here()};
  take_both_ways<no_default>(
      kids, [] { return no_default(3); }, [](const auto& v) { EXPECT_EQ(v.value, 3); });
}

TEST_P(robustness_values, row_28_const_results_work) {
  covey::nursery kids{here()};
  auto text =
      kids.spawn([]() -> const std::string { return "const"; });  // NOLINT: const on purpose
  EXPECT_EQ(text.get(), "const");
}

TEST_P(robustness_values, row_28_over_aligned_results_and_captures_work) {
  covey::nursery kids{here()};
  for (int i = 0; i < 20; ++i) {
    auto result = kids.spawn([i] { return over_aligned{i}; });
    over_aligned payload{i};
    auto capture = kids.spawn([payload] { return is_aligned(payload) ? payload.value : -1; });
    auto where = kids.spawn([] { return over_aligned{7}; });
    where.wait();
    const over_aligned taken = result.get();
    EXPECT_EQ(taken.value, i);
    EXPECT_EQ(capture.get(), i);
    EXPECT_EQ(where.get().value, 7);
  }
}

TEST_P(robustness_values, row_28_results_and_captures_of_a_mebibyte_work) {
  covey::nursery kids{here()};
  auto payload = std::make_unique<mebibyte>();
  payload->fill(1);
  const auto sum = [](const mebibyte& bytes) {
    return std::accumulate(bytes.begin(), bytes.end(), std::size_t{0});
  };
  auto result = kids.spawn([] {
    mebibyte bytes;
    bytes.fill(2);
    return bytes;
  });
  auto capture = kids.spawn([bytes = *payload, sum] { return sum(bytes); });
  EXPECT_EQ(capture.get(), std::size_t{1} << 20U);
  const auto taken = std::make_unique<mebibyte>(result.get());
  EXPECT_EQ(sum(*taken), std::size_t{2} << 20U);
}

TEST_P(robustness_values, row_29_a_null_std_function_is_refused_at_spawn) {
  covey::nursery kids{here()};
  const std::function<void()> null;
  EXPECT_THROW(kids.run(null), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(kids.spawn(std::function<int()>())), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(kids.try_spawn(null)), std::invalid_argument);
  EXPECT_THROW(kids.run("named", null), std::invalid_argument);
  EXPECT_EQ(kids.pending(), 0U);
  EXPECT_NO_THROW(kids.join());
}

TEST_P(robustness_values, row_29_a_null_function_pointer_is_refused_at_spawn) {
  covey::nursery kids{here()};
  int (*null)() = nullptr;
  EXPECT_THROW(static_cast<void>(kids.spawn(null)), std::invalid_argument);
  void (*null_with_token)(covey::stop_token) = nullptr;
  EXPECT_THROW(kids.run(null_with_token), std::invalid_argument);
  const auto door = [&] {
    auto open = kids.open_door();
    open.run(null);
  };
  EXPECT_THROW(door(), std::invalid_argument);
  EXPECT_EQ(kids.outcome().spawned, 0U);
}

}  // namespace
