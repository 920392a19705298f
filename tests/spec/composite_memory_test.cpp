// SPDX-License-Identifier: Apache-2.0
// Failures are recorded also when the memory is exhausted: the heap fails at every point, for once and for good.
#include "leaves.hpp"
#include "make_failures.hpp"

#include <covey/composite_exception.hpp>
#include <covey/unhandled_failure.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <gtest/gtest.h>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// Allocations that still succeed; negative: all do.
constinit std::atomic<std::int64_t> allowance{-1};
// Whether only one allocation fails after that, or all.
constinit std::atomic<bool> fail_once{false};

void* allocate(std::size_t size) noexcept {
  if (allowance.load(std::memory_order_relaxed) >= 0 && allowance.fetch_sub(1) <= 0) {
    allowance = fail_once ? -1 : 0;
    return nullptr;
  }
  return std::malloc(size == 0 ? 1 : size);
}

void* allocate_or_throw(std::size_t size) {
  if (void* const memory = allocate(size)) {
    return memory;
  }
  throw std::bad_alloc();
}

/// Lets the heap fail after `allowed` allocations, for the length of a scope.
class exhausted_heap {
 public:
  explicit exhausted_heap(std::int64_t allowed, bool once = false) noexcept {
    fail_once = once;
    allowance = allowed;
  }
  exhausted_heap(const exhausted_heap&) = delete;
  exhausted_heap& operator=(const exhausted_heap&) = delete;
  ~exhausted_heap() { allowance = -1; }
};

}  // namespace

#if defined(__GNUC__) && !defined(__clang__)
#  pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif
void* operator new(std::size_t size) {
  return allocate_or_throw(size);
}
void* operator new[](std::size_t size) {
  return allocate_or_throw(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

namespace {

using covey::composite_exception;
using covey::detail::failure;
using covey_test::composite;
using covey_test::contains;
using covey_test::failed;
using covey_test::runtime_failure;

std::vector<failure> failures(std::size_t count) {
  std::vector<failure> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(runtime_failure("x"));
  }
  return out;
}

/// inner { 1, 2 }, 3
composite_exception small_tree() {
  return composite(
      "outer", failed("nest", composite("inner", failed("a", 1), failed("b", 2))), failed("c", 3));
}

TEST(composite_memory, keeps_every_failure_although_the_heap_is_exhausted) {
  auto all = failures(100);
  const auto whole = [&] {
    const exhausted_heap none(0);
    return covey::detail::make_composite(all.data(), all.size(), {covey::label("n"), {}, {}, 0});
  }();
  EXPECT_EQ(whole.size(), 100U);
  EXPECT_EQ(whole.not_kept(), 0U);
  EXPECT_EQ(whole.nursery().view(), "n");
}

TEST(composite_memory, counts_the_failures_that_it_cannot_keep) {
  auto all = failures(100'000);
  const auto whole = [&] {
    const exhausted_heap none(0);
    return covey::detail::make_composite(all.data(), all.size(), {});
  }();
  EXPECT_GT(whole.size(), 100U);
  EXPECT_EQ(whole.size() + whole.not_kept(), 100'000U);
}

TEST(composite_memory, counts_failures_also_when_there_is_no_room_for_a_single_node) {
  std::vector<composite_exception> hoard;
  hoard.reserve(10'000);
  auto one = failures(1);
  auto two = failures(2);
  const std::exception_ptr error = one[0].error;
  const auto exhaust = [&] {
    const exhausted_heap none(0);
    do {
      one[0].error = error;
      hoard.push_back(covey::detail::make_composite(one.data(), 1, {}));
    } while (hoard.back().size() == 1);
    while (hoard.back().not_kept() == 1 && hoard.size() < 5'000) {
      one[0].error = error;
      hoard.push_back(covey::detail::make_composite(one.data(), 1, {}));
    }
    return covey::detail::make_composite(two.data(), 2, {{}, {}, {}, 3});
  };
  const auto lost = exhaust();
  EXPECT_EQ(lost.size(), 0U);
  EXPECT_EQ(lost.not_kept(), 5U);
  EXPECT_TRUE(contains(lost.what(), "no memory to keep"));
  EXPECT_TRUE(lost.leaves().empty());
  EXPECT_TRUE(lost.children().empty());
  EXPECT_TRUE(lost.nursery().empty());
  EXPECT_EQ(lost.opened_at().line(), 0U);
  EXPECT_EQ(lost.stop_reason().kind, covey::stop_kind::none);
  EXPECT_EQ(lost.flatten().not_kept(), 5U);
  EXPECT_EQ(lost.split<int>().rest->not_kept(), 5U);
  EXPECT_FALSE(lost.subgroup<int>());
  const auto outer = composite("outer", failed("nest", lost), failed("c", 3));
  EXPECT_EQ(outer.size(), 1U);
  EXPECT_EQ(outer.not_kept(), 5U);
  EXPECT_EQ(covey::handle(lost, [](std::exception_ptr) {}), 0U);
  EXPECT_THROW(covey::handle(lost, [](int) {}), composite_exception);

  hoard.clear();
  const exhausted_heap none(0);
  one[0].error = error;
  EXPECT_EQ(covey::detail::make_composite(one.data(), 1, {}).size(), 1U)
      << "the store gets back what was taken";
}

TEST(composite_memory, keeps_nested_failures_when_the_heap_fails_at_any_point) {
  for (const bool once : {true, false}) {
    for (std::int64_t n = 0; n < 20; ++n) {
      const auto build = [&] {
        failure inner[] = {failed("a", 1), failed("b", 2)};
        failure outer[] = {failed("nest", 0), failed("c", 3)};
        const exhausted_heap after(n, once);
        outer[0].error = std::make_exception_ptr(covey::detail::make_composite(inner, 2, {}));
        return covey::detail::make_composite(outer, 2, {});
      };
      EXPECT_EQ(build().size(), 3U) << n;
    }
  }
}

TEST(composite_memory, says_in_its_report_that_memory_ran_out_and_recovers) {
  const auto whole = small_tree();
  std::int64_t n = 0;
  for (;; ++n) {
    const exhausted_heap after(n);
    const std::string_view text = whole.what();
    if (text.find("no memory for the report") == std::string_view::npos) {
      break;
    }
  }
  EXPECT_GT(n, 3);
  EXPECT_TRUE(contains(whole.what(), "3 failures in nursery 'outer'"));
}

TEST(composite_memory, either_handles_all_or_throws_before_the_first_handler_runs) {
  const auto whole = small_tree();
  for (const bool once : {true, false}) {
    bool refused = true;
    for (std::int64_t n = 0; refused; ++n) {
      refused = false;
      int calls = 0;
      const exhausted_heap after(n, once);
      try {
        static_cast<void>(covey::handle(whole, [&](int) { ++calls; }));
      } catch (const std::bad_alloc&) {
        refused = true;
      }
      EXPECT_EQ(calls, refused ? 0 : 3);
    }
  }
}

TEST(composite_memory, throws_the_whole_rest_when_the_heap_fails_in_a_handler) {
  const auto whole = small_tree();
  std::size_t left = 0;
  try {
    static_cast<void>(covey::handle(whole, [&](int number) {
      allowance = 0;
      if (number != 3) {
        throw number * 10;
      }
    }));
  } catch (const composite_exception& rest) {
    allowance = -1;
    left = rest.size();
    EXPECT_EQ(covey_test::messages(rest), (std::vector<std::string>{"int 10", "int 20"}));
  }
  allowance = -1;
  EXPECT_EQ(left, 2U);
}

TEST(composite_memory, splits_wholly_or_throws) {
  const auto whole = small_tree();
  bool refused = true;
  for (std::int64_t n = 0; refused; ++n) {
    refused = false;
    const exhausted_heap after(n);
    try {
      const auto [match, rest] =
          whole.split([](const covey::leaf& at) { return at.where().task.view() == "b"; });
      EXPECT_EQ(match->size(), 1U);
      EXPECT_EQ(rest->size(), 2U);
    } catch (const std::bad_alloc&) {
      refused = true;
    }
  }
}

TEST(composite_memory, keeps_the_handler_of_unhandled_failures_when_setting_another_fails) {
  int calls = 0;
  std::string capture(100, 'x');
  covey::set_unhandled_failure_handler([&calls, capture](const composite_exception&) { ++calls; });
  for (std::int64_t n = 0; n < 2; ++n) {
    const exhausted_heap after(n);
    EXPECT_THROW(covey::set_unhandled_failure_handler([](const composite_exception&) {}),
                 std::bad_alloc);
  }
  covey::detail::report_unhandled(small_tree());
  EXPECT_EQ(calls, 1);
  covey::set_unhandled_failure_handler({});
}

}  // namespace
