// SPDX-License-Identifier: Apache-2.0
// What a composite_exception promises: its tree, its order, its parts.
#include "leaves.hpp"
#include "make_failures.hpp"

#include <covey/composite_exception.hpp>
#include <covey/error.hpp>

#include <atomic>
#include <exception>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <new>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using covey::composite_exception;
using covey_test::composite;
using covey_test::failed;
using covey_test::messages;
using covey_test::nested;
using covey_test::runtime_failure;
using strings = std::vector<std::string>;

static_assert(std::is_base_of_v<std::exception, composite_exception>);
static_assert(std::is_final_v<composite_exception>);
static_assert(std::is_nothrow_copy_constructible_v<composite_exception>);
static_assert(std::is_nothrow_copy_assignable_v<composite_exception>);
static_assert(std::is_nothrow_move_constructible_v<composite_exception>);
static_assert(!std::is_default_constructible_v<composite_exception>);
static_assert(std::is_nothrow_copy_constructible_v<covey::leaf>);

/// frame { a: runtime_error, nest: inner { b: int, c: logic_error }, d: runtime_error }
composite_exception mixed() {
  return composite(
      "frame",
      runtime_failure("a"),
      failed("nest", composite("inner", failed("b", 7), failed("c", std::logic_error("c")))),
      runtime_failure("d"));
}

strings tasks_on(const std::vector<covey::path_step>& path) {
  strings out;
  for (const covey::path_step& step : path) {
    out.push_back(std::string(step.nursery.view()) + "/" + std::string(step.task.view()));
  }
  return out;
}

TEST(composite_exception, keeps_every_failure_in_spawn_order) {
  const auto whole =
      composite("n", runtime_failure("first"), runtime_failure("second"), runtime_failure("third"));
  EXPECT_EQ(whole.size(), 3U);
  EXPECT_EQ(messages(whole), (strings{"first", "second", "third"}));
  EXPECT_EQ(whole.not_kept(), 0U);
}

TEST(composite_exception, is_thrown_for_exactly_one_failure_as_well) {
  EXPECT_EQ(composite("n", runtime_failure("only")).size(), 1U);
}

TEST(composite_exception, of_no_failures_cannot_be_built) {
  EXPECT_THROW(composite("n"), std::logic_error);
}

TEST(composite_exception, of_counted_failures_alone_says_how_many) {
  const auto whole = covey::detail::make_composite(nullptr, 0, {covey::label("n"), {}, {}, 5});
  EXPECT_EQ(whole.size(), 0U);
  EXPECT_EQ(whole.not_kept(), 5U);
  EXPECT_TRUE(whole.leaves().empty());
  EXPECT_TRUE(whole.children().empty());
  EXPECT_EQ(whole.nursery().view(), "n");
  const auto sorted = whole.split([](const covey::leaf&) { return true; });
  EXPECT_FALSE(sorted.match);
  ASSERT_TRUE(sorted.rest);
  EXPECT_EQ(sorted.rest->not_kept(), 5U);
}

TEST(composite_exception, knows_its_nursery_and_what_stopped_it) {
  covey::detail::scope_info scope;
  scope.name = covey::label("frame");
  scope.opened_at = covey::site::current();
  scope.stop.kind = covey::stop_kind::deadline;
  scope.not_kept = 4;
  const auto whole = covey::detail::make_composite({runtime_failure("x")}, scope);
  EXPECT_EQ(whole.nursery().view(), "frame");
  EXPECT_EQ(whole.opened_at().line(), scope.opened_at.line());
  EXPECT_EQ(whole.stop_reason().kind, covey::stop_kind::deadline);
  EXPECT_EQ(whole.not_kept(), 4U);
}

TEST(composite_exception, keeps_nested_composites_nested) {
  const auto whole = mixed();
  EXPECT_EQ(whole.size(), 4U);
  const auto children = whole.children();
  ASSERT_EQ(children.size(), 3U);
  EXPECT_FALSE(children[0].nested);
  EXPECT_NE(children[0].error, nullptr);
  EXPECT_EQ(children[1].task.view(), "nest");
  EXPECT_EQ(children[1].error, nullptr);
  ASSERT_TRUE(children[1].nested);
  EXPECT_EQ(children[1].nested->nursery().view(), "inner");
  EXPECT_EQ(children[1].nested->size(), 2U);
  EXPECT_EQ(messages(whole), (strings{"a", "int 7", "c", "d"}));
}

TEST(composite_exception, tells_the_path_of_every_leaf_from_the_outermost_nursery_inwards) {
  const auto leaves = mixed().leaves();
  ASSERT_EQ(leaves.size(), 4U);
  EXPECT_EQ(tasks_on(leaves[0].path()), (strings{"frame/a"}));
  EXPECT_EQ(tasks_on(leaves[2].path()), (strings{"frame/nest", "inner/c"}));
  EXPECT_EQ(tasks_on(leaves[3].path()), (strings{"frame/d"}));
  EXPECT_EQ(leaves[2].where().task.view(), "c");
  EXPECT_EQ(leaves[2].where().nursery.view(), "inner");
  EXPECT_GT(leaves[2].where().spawned_at.line(), 0U);
}

TEST(composite_exception, gives_leaves_that_outlive_it) {
  auto whole = std::make_unique<composite_exception>(mixed());
  const covey::leaf last = whole->leaves().back();
  whole.reset();
  EXPECT_EQ(last.message(), "d");
  EXPECT_THROW(last.rethrow(), std::runtime_error);
}

TEST(composite_exception, rethrows_the_very_object_that_the_child_threw) {
  const std::exception_ptr original = std::make_exception_ptr(std::runtime_error("x"));
  const auto whole = covey::detail::make_composite({{original, {}, {}, 0}}, {});
  try {
    whole.leaves().front().rethrow();
  } catch (...) {
    EXPECT_EQ(std::current_exception(), original);
  }
  EXPECT_EQ(whole.leaves().front().error(), original);
}

TEST(composite_exception, keeps_exceptions_that_are_not_standard_with_their_type_name) {
  const auto leaves = composite("n", failed("t", 42), failed("u", covey::cancelled({}))).leaves();
  EXPECT_EQ(leaves[0].type_name(), "int");
  EXPECT_EQ(leaves[0].message(), "(not a std::exception)");
  EXPECT_TRUE(leaves[0].is<int>());
  EXPECT_EQ(leaves[1].type_name(), "covey::cancelled");
  EXPECT_EQ(leaves[1].message(), "cancelled: no stop");
}

TEST(composite_exception, keeps_a_failure_whose_exception_is_unknown) {
  const auto whole = covey::detail::make_composite({{nullptr, covey::label("t"), {}, 0}}, {});
  EXPECT_TRUE(whole.leaves().front().is<std::bad_exception>());
}

TEST(composite_exception, flattens_to_one_level_with_all_leaves_in_order) {
  const auto flat = mixed().flatten();
  EXPECT_EQ(flat.children().size(), 4U);
  EXPECT_EQ(messages(flat), (strings{"a", "int 7", "c", "d"}));
  EXPECT_EQ(tasks_on(flat.leaves()[2].path()), (strings{"frame/c"}));
  EXPECT_EQ(flat.flatten().size(), 4U);
}

TEST(composite_exception, flattens_without_losing_counted_failures) {
  const auto inner = covey::detail::make_composite({runtime_failure("x")}, {{}, {}, {}, 3});
  EXPECT_EQ(composite("outer", failed("nest", inner)).flatten().not_kept(), 3U);
}

TEST(composite_exception, splits_by_type_keeping_the_shape_and_pruning_empty_branches) {
  const auto [match, rest] = mixed().split<std::runtime_error>();
  ASSERT_TRUE(match && rest);
  EXPECT_EQ(messages(*match), (strings{"a", "d"}));
  EXPECT_EQ(match->children().size(), 2U);
  EXPECT_EQ(messages(*rest), (strings{"int 7", "c"}));
  ASSERT_EQ(rest->children().size(), 1U);
  EXPECT_EQ(rest->children()[0].nested->nursery().view(), "inner");
  EXPECT_EQ(tasks_on(rest->leaves()[0].path()), (strings{"frame/nest", "inner/b"}));
}

TEST(composite_exception, splits_inside_a_nested_composite) {
  const auto [match, rest] = mixed().split<int>();
  ASSERT_TRUE(match && rest);
  EXPECT_EQ(tasks_on(match->leaves()[0].path()), (strings{"frame/nest", "inner/b"}));
  EXPECT_EQ(messages(*rest), (strings{"a", "c", "d"}));
  EXPECT_EQ(rest->children().size(), 3U);
}

TEST(composite_exception, matches_as_a_catch_clause_would) {
  const auto whole = composite("n",
                               failed("derived", std::system_error(EAGAIN, std::system_category())),
                               failed("text", static_cast<const char*>("text")),
                               failed("stop", covey::cancelled({})));
  EXPECT_EQ(whole.subgroup<std::exception>()->size(), 1U);
  EXPECT_EQ(whole.subgroup<std::runtime_error>()->size(), 1U);
  EXPECT_EQ(whole.subgroup<const char*>()->size(), 1U);
  EXPECT_EQ(whole.subgroup<covey::cancelled>()->size(), 1U);
  EXPECT_FALSE(whole.subgroup<std::logic_error>());
}

TEST(composite_exception, never_filters_down_to_an_empty_composite) {
  const auto all = mixed().split([](const covey::leaf&) { return true; });
  EXPECT_EQ(all.match->size(), 4U);
  EXPECT_FALSE(all.rest);
  const auto none = mixed().split([](const std::exception_ptr&) { return false; });
  EXPECT_FALSE(none.match);
  EXPECT_EQ(none.rest->size(), 4U);
}

TEST(composite_exception, leaves_counted_failures_to_the_rest_when_split) {
  const auto inner = covey::detail::make_composite({runtime_failure("x")}, {{}, {}, {}, 3});
  const auto whole = composite("outer", failed("nest", inner), failed("t", 1));
  const auto [match, rest] = whole.split<std::runtime_error>();
  EXPECT_EQ(match->size(), 1U);
  EXPECT_EQ(match->not_kept(), 0U);
  EXPECT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->not_kept(), 3U);
  EXPECT_EQ(rest->children().size(), 2U);
}

TEST(composite_exception, calls_a_predicate_once_for_each_leaf_in_order) {
  strings seen;
  const auto sub = mixed().subgroup([&](const covey::leaf& at) {
    seen.emplace_back(at.where().task.view());
    return at.where().nursery.view() == "inner";
  });
  EXPECT_EQ(seen, (strings{"a", "b", "c", "d"}));
  EXPECT_EQ(messages(*sub), (strings{"int 7", "c"}));
}

TEST(composite_exception, lets_the_exception_of_a_predicate_through) {
  EXPECT_THROW(static_cast<void>(mixed().split([](const covey::leaf&) -> bool { throw 1; })), int);
}

// So deep that recursion would overflow the small stack below.
constexpr int levels = 20'000;

/// Runs the function on a thread with a stack of 512 KiB.
void on_small_stack(void (*function)()) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, std::size_t{512} * 1024), 0);
  const auto run = [](void* what) -> void* {
    (*static_cast<void (**)()>(what))();
    return nullptr;
  };
  pthread_t thread{};
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &function), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
}

/// Rebuilds every node of the tree.
composite_exception rest_after_replacing_every_leaf(const composite_exception& whole) {
  try {
    covey::handle(whole, [](std::exception_ptr) { throw 1; });
  } catch (const composite_exception& rest) {
    return rest;
  }
  return whole;
}

void use_deep_tree() {
  const auto whole = nested(levels);
  EXPECT_EQ(whole.size(), 1U);
  EXPECT_EQ(whole.leaves().front().path().size(), static_cast<std::size_t>(levels));
  EXPECT_EQ(whole.flatten().leaves().front().path().size(), 1U);
  const auto [match, rest] = whole.split<std::runtime_error>();
  EXPECT_EQ(match->size(), 1U);
  EXPECT_FALSE(rest);
  EXPECT_NE(std::string(whole.what()).find("19984 levels left out"), std::string::npos);
  EXPECT_EQ(rest_after_replacing_every_leaf(whole).size(), 1U);
}

TEST(composite_exception, is_built_walked_and_destroyed_at_any_depth) {
  on_small_stack(use_deep_tree);
}

/// An exception that holds a composite in a way that the library cannot see.
struct wrapper {
  composite_exception inner;
};

TEST(composite_exception, destroys_a_chain_through_foreign_exceptions_without_recursion) {
  on_small_stack([] {
    auto whole = composite("n", runtime_failure("deep down"));
    for (int i = 0; i < levels; ++i) {
      whole = composite("n", failed("t", wrapper{whole}));
    }
    EXPECT_EQ(whole.size(), 1U);
  });
}

TEST(composite_exception, stands_for_more_leaves_than_can_be_listed) {
  auto whole = composite("n", runtime_failure("x"));
  for (int i = 0; i < 100; ++i) {
    whole = composite("n", failed("left", whole), failed("right", whole));
  }
  EXPECT_EQ(whole.size(), ~std::size_t{0});
  EXPECT_THROW(static_cast<void>(whole.leaves()), std::length_error);
  EXPECT_NE(std::string(whole.what()).find("not shown here"), std::string::npos);
}

TEST(composite_exception, knows_the_same_exception_again) {
  using covey::detail::same_exception;
  const auto one = std::make_exception_ptr(1);
  EXPECT_TRUE(same_exception(one, one));
  EXPECT_TRUE(same_exception(nullptr, nullptr));
  EXPECT_FALSE(same_exception(one, nullptr));
  EXPECT_FALSE(same_exception(one, std::make_exception_ptr(1)));
  const auto whole = mixed();
  const auto copy = std::make_exception_ptr(whole);
  EXPECT_TRUE(same_exception(std::make_exception_ptr(whole), copy));
  EXPECT_FALSE(same_exception(copy, one));
  EXPECT_FALSE(same_exception(copy, std::make_exception_ptr(mixed())));
}

TEST(composite_exception, may_be_copied_read_and_dropped_by_many_threads) {
  constexpr int count = 8;
  auto whole = std::make_unique<composite_exception>(mixed());
  std::latch ready(count + 1);
  std::atomic<int> same_text = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&ready, &same_text, mine = *whole] {
      ready.arrive_and_wait();
      const composite_exception copy = mine;
      const std::string text = copy.what();
      same_text += text == mine.what() && copy.split<int>().rest->size() == 3 ? 1 : 0;
    });
  }
  ready.arrive_and_wait();
  whole.reset();
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(same_text, count);
}

TEST(composite_exception, keeps_what_was_assigned_to_it_also_from_itself) {
  auto whole = mixed();
  const auto& self = whole;
  whole = self;
  EXPECT_EQ(whole.size(), 4U);
  whole = composite("n", runtime_failure("x"));
  EXPECT_EQ(messages(whole), (strings{"x"}));
}

}  // namespace
