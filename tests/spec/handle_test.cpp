// SPDX-License-Identifier: Apache-2.0
// What covey::handle() promises: the except* of C++.
#include "leaves.hpp"
#include "make_failures.hpp"

#include <covey/composite_exception.hpp>
#include <covey/error.hpp>

#include <exception>
#include <gtest/gtest.h>
#include <memory>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using covey::composite_exception;
using covey::handle;
using covey_test::composite;
using covey_test::failed;
using covey_test::messages;
using covey_test::runtime_failure;
using strings = std::vector<std::string>;

composite_exception mixed() {
  return composite(
      "frame",
      runtime_failure("a"),
      failed("nest", composite("inner", failed("b", 7), failed("c", std::logic_error("c")))),
      runtime_failure("d"));
}

/// @returns the composite that handle() throws.
template <class... Handlers>
composite_exception rest_of(const composite_exception& whole, Handlers&&... handlers) {
  try {
    static_cast<void>(handle(whole, std::forward<Handlers>(handlers)...));
  } catch (const composite_exception& rest) {
    return rest;
  }
  ADD_FAILURE() << "handle() threw nothing";
  return whole;
}

TEST(handle, runs_for_each_leaf_in_order_the_first_handler_that_would_catch_it) {
  strings seen;
  const std::size_t handled = handle(
      mixed(),
      [&](const std::runtime_error& error) { seen.emplace_back(std::string("r ") + error.what()); },
      [&](int number) { seen.emplace_back("i " + std::to_string(number)); },
      [&](const std::exception& error) { seen.emplace_back(std::string("e ") + error.what()); });
  EXPECT_EQ(handled, 4U);
  EXPECT_EQ(seen, (strings{"r a", "i 7", "e c", "r d"}));
}

TEST(handle, throws_what_no_handler_takes_with_its_shape) {
  const auto rest = rest_of(mixed(), [](const std::runtime_error&) {});
  EXPECT_EQ(messages(rest), (strings{"int 7", "c"}));
  ASSERT_EQ(rest.children().size(), 1U);
  EXPECT_EQ(rest.children()[0].task.view(), "nest");
  EXPECT_EQ(rest.nursery().view(), "frame");
}

TEST(handle, gives_the_rest_to_the_last_handler) {
  int others = 0;
  EXPECT_EQ(handle(
                mixed(),
                [](const std::runtime_error&) {},
                [&](std::exception_ptr error) { others += error != nullptr ? 1 : 0; }),
            4U);
  EXPECT_EQ(others, 2);
  strings tasks;
  EXPECT_EQ(
      handle(mixed(), [&](const covey::leaf& at) { tasks.emplace_back(at.where().task.view()); }),
      4U);
  EXPECT_EQ(tasks, (strings{"a", "b", "c", "d"}));
}

TEST(handle, tells_a_handler_where_it_happened_when_it_asks) {
  strings seen;
  const auto note = [&](const covey::leaf& at) { seen.emplace_back(at.where().task.view()); };
  EXPECT_EQ(handle(
                mixed(),
                [&](int, const covey::leaf& at) { note(at); },
                [&](const std::exception_ptr&, const covey::leaf& at) { note(at); }),
            4U);
  EXPECT_EQ(seen, (strings{"a", "b", "c", "d"}));
}

TEST(handle, accepts_handlers_by_reference_by_value_mutable_noexcept_and_as_functions) {
  struct functor {
    int calls = 0;
    void operator()(const covey::cancelled&) { ++calls; }
  };
  functor counter;
  int sum = 0;
  const auto whole = composite("n",
                               failed("1", std::string("text")),
                               failed("2", covey::cancelled({})),
                               failed("3", 1.5),
                               failed("4", 'c'),
                               failed("5", std::make_unique<int>(1) ? 5L : 0L));
  const auto handled = handle(
      whole,
      [&](std::string& text) { text += "!"; },
      counter,
      [&, n = 0](double) mutable noexcept { sum += ++n; },
      +[](char) {},
      [owned = std::make_unique<int>(3), &sum](const long& number) {
        sum += *owned + static_cast<int>(number);
      });
  EXPECT_EQ(handled, 5U);
  EXPECT_EQ(counter.calls, 1);
  EXPECT_EQ(sum, 9);
  EXPECT_EQ(handle(whole.subgroup<std::string>().value(),
                   [](const std::string& text) { EXPECT_EQ(text, "text!"); }),
            1U);
}

TEST(handle, puts_what_a_handler_throws_in_the_place_of_the_leaf) {
  const auto rest = rest_of(
      mixed(), [](int) { throw std::runtime_error("worse"); }, [](const std::logic_error&) {});
  EXPECT_EQ(messages(rest), (strings{"a", "worse", "d"}));
  const auto path = rest.leaves()[1].path();
  ASSERT_EQ(path.size(), 2U);
  EXPECT_EQ(path[1].task.view(), "b");
  EXPECT_EQ(path[1].nursery.view(), "inner");
}

TEST(handle, keeps_a_leaf_as_it_was_when_the_handler_throws_it_again) {
  const auto whole = mixed();
  const auto rest = rest_of(
      whole,
      [](const std::runtime_error&) { throw; },
      [](std::exception_ptr error) { std::rethrow_exception(error); });
  ASSERT_EQ(rest.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(rest.leaves()[i].error(), whole.leaves()[i].error());
  }
}

TEST(handle, nests_a_composite_that_a_handler_throws) {
  const auto rest = rest_of(composite("n", failed("t", 1)), [](int) {
    throw composite("repair", runtime_failure("x"), runtime_failure("y"));
  });
  ASSERT_TRUE(rest.children()[0].nested);
  EXPECT_EQ(rest.children()[0].task.view(), "t");
  EXPECT_EQ(messages(rest), (strings{"x", "y"}));
}

TEST(handle, does_not_offer_what_a_handler_throws_to_the_other_handlers) {
  int calls = 0;
  const auto rest = rest_of(
      composite("n", failed("t", 1)),
      [](int) { throw std::runtime_error("x"); },
      [&](const std::runtime_error&) { ++calls; },
      [&](std::exception_ptr) { ++calls; });
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(messages(rest), (strings{"x"}));
}

TEST(handle, lets_a_handler_nest_the_exception_in_its_own) {
  const auto rest = rest_of(
      composite("n", runtime_failure("cause")),
      [](const std::runtime_error&) { std::throw_with_nested(std::logic_error("effect")); });
  try {
    rest.leaves()[0].rethrow();
  } catch (const std::logic_error& effect) {
    EXPECT_THROW(std::rethrow_if_nested(effect), std::runtime_error);
  }
}

TEST(handle, leaves_counted_failures_unhandled_unless_a_handler_takes_the_rest) {
  const auto whole = covey::detail::make_composite({runtime_failure("x")}, {{}, {}, {}, 9});
  const auto rest = rest_of(whole, [](const std::runtime_error&) {});
  EXPECT_EQ(rest.size(), 0U);
  EXPECT_EQ(rest.not_kept(), 9U);
  EXPECT_EQ(handle(whole, [](std::exception_ptr) {}), 1U);
}

struct fragile {
  fragile() = default;
  fragile(const fragile&) { throw std::runtime_error("copying failed"); }
  fragile(fragile&&) noexcept {}
};

TEST(handle, counts_a_copy_that_throws_as_the_exception_of_the_handler) {
  const auto rest = rest_of(composite("n", runtime_failure("x")), [](std::runtime_error) {
    const fragile one;
    const fragile two(one);
  });
  EXPECT_EQ(messages(rest), (strings{"copying failed"}));
  std::exception_ptr thrown;
  try {
    throw fragile();
  } catch (...) {
    thrown = std::current_exception();
  }
  const auto whole = covey::detail::make_composite({{thrown, {}, {}, 0}}, {});
  EXPECT_EQ(messages(rest_of(whole, [](fragile) {})), (strings{"copying failed"}));
}

TEST(handle, keeps_the_composite_alive_while_handlers_run) {
  auto whole = std::make_unique<composite_exception>(mixed());
  std::size_t seen = 0;
  EXPECT_EQ(handle(*whole,
                   [&](const covey::leaf& at) {
                     whole.reset();
                     seen += at.message().size();
                   }),
            4U);
  EXPECT_GT(seen, 3U);
}

#if !COVEY_TSAN
TEST(handle, lets_the_cancellation_of_a_thread_through) {
  pthread_t thread{};
  ASSERT_EQ(pthread_create(
                &thread,
                nullptr,
                [](void*) -> void* {
                  static_cast<void>(handle(mixed(), [](std::exception_ptr) {
                    pthread_cancel(pthread_self());
                    pthread_testcancel();
                  }));
                  return nullptr;
                },
                nullptr),
            0);
  void* result = nullptr;
  ASSERT_EQ(pthread_join(thread, &result), 0);
  EXPECT_EQ(result, PTHREAD_CANCELED);
}
#endif

}  // namespace
