// SPDX-License-Identifier: Apache-2.0
// What the report of a composite_exception says.
#include "leaves.hpp"
#include "make_failures.hpp"

#include <covey/composite_exception.hpp>

#include <exception>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using covey_test::composite;
using covey_test::contains;
using covey_test::failed;
using covey_test::runtime_failure;

#if !defined(__cpp_lib_source_location)
covey::site at(const char* file, std::uint32_t line) {
  return covey::site::current(file, line);
}
#endif

TEST(composite_report, names_types_messages_and_the_chain_of_sites) {
#if defined(__cpp_lib_source_location)
#  line 44 "b.cpp"
  const auto spawned = covey::site::current();
#  line 9 "c.cpp"
  const auto opened = covey::site::current();
#  line 3 "a.cpp"
  const auto outer = covey::site::current();
#  line 56 "composite_report_test.cpp"
#else
  const auto spawned = at("b.cpp", 44);
  const auto opened = at("c.cpp", 9);
  const auto outer = at("a.cpp", 3);
#endif
  const auto inner =
      covey::detail::make_composite({failed("tile 17", std::runtime_error("bad tile"), spawned)},
                                    {covey::label("frame"), opened, {}, 0});
  covey::detail::scope_info scope;
  scope.opened_at = outer;
  scope.not_kept = 2;
  scope.stop.kind = covey::stop_kind::deadline;
  scope.stop.scope = covey::label("movie");
  scope.stop.site = outer;
  const auto whole =
      covey::detail::make_composite({failed("", 42, outer), failed("render", inner, outer)}, scope);
  EXPECT_STREQ(
      whole.what(),
      "2 failures in an unnamed nursery, opened at a.cpp:3\n"
      "1. int: (not a std::exception)\n"
      "     thrown in an unnamed child, spawned at a.cpp:3 in an unnamed nursery, opened at "
      "a.cpp:3\n"
      "2. std::runtime_error: bad tile\n"
      "     thrown in 'tile 17', spawned at b.cpp:44 in nursery 'frame', opened at c.cpp:9\n"
      "     within 'render', spawned at a.cpp:3 in an unnamed nursery, opened at a.cpp:3\n"
      "2 more failures were counted but not kept\n"
      "the nursery was stopped as well: deadline of nursery 'movie' (a.cpp:3)");
}

TEST(composite_report, stays_the_same_text_for_all_copies) {
  const auto whole = composite("n", runtime_failure("x"));
  const covey::composite_exception copy =
      whole;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(static_cast<const void*>(whole.what()), static_cast<const void*>(copy.what()));
}

TEST(composite_report, does_not_mention_the_stop_that_the_first_failure_caused) {
  covey::detail::scope_info scope;
  scope.stop.kind = covey::stop_kind::failure;
  const auto whole = covey::detail::make_composite({runtime_failure("x")}, scope);
  EXPECT_FALSE(contains(whole.what(), "stopped"));
}

TEST(composite_report, survives_a_what_that_returns_null) {
  struct mute : std::exception {
    [[nodiscard]] const char* what() const noexcept override { return nullptr; }
  };
  EXPECT_TRUE(contains(composite("n", failed("t", mute())).what(), "(its what() returned null)"));
}

TEST(composite_report, escapes_what_a_terminal_would_obey_and_indents_further_lines) {
  const auto whole =
      composite("n", failed("t", std::runtime_error("one\ntwo\x1b[2J\xff\ttab \xc2\x9b ü")));
  EXPECT_TRUE(contains(whole.what(), "one\n     two\\x1b[2J\\xff\ttab \\xc2\\x9b ü"))
      << whole.what();
}

TEST(composite_report, cuts_long_messages_and_says_so) {
  const auto whole = composite("n", failed("t", std::runtime_error(std::string(1U << 20U, 'x'))));
  const std::string text = whole.what();
  EXPECT_LT(text.size(), 3000U);
  EXPECT_TRUE(contains(text, "x... (1046576 bytes more)"));
}

TEST(composite_report, cuts_long_lists_and_says_so) {
  std::vector<covey::detail::failure> many;
  for (int i = 0; i < 1000; ++i) {
    many.push_back(runtime_failure("failure " + std::to_string(i)));
  }
  const auto whole = covey::detail::make_composite(std::move(many), {});
  EXPECT_TRUE(contains(whole.what(), "1000 failures in an unnamed nursery"));
  EXPECT_TRUE(contains(whole.what(), "64. std::runtime_error: failure 63"));
  EXPECT_FALSE(contains(whole.what(), "failure 64"));
  EXPECT_TRUE(contains(whole.what(), "936 more failures not shown here; see leaves()"));
}

TEST(composite_report, cuts_long_chains_in_the_middle) {
  const std::string text = covey_test::nested(17).what();
  EXPECT_TRUE(contains(text, "nursery 'level 1',"));
  EXPECT_TRUE(contains(text, "nursery 'level 12',"));
  EXPECT_TRUE(contains(text, "... 1 level left out"));
  EXPECT_FALSE(contains(text, "nursery 'level 13',"));
  EXPECT_TRUE(contains(text, "nursery 'level 17',"));
  EXPECT_FALSE(contains(covey_test::nested(16).what(), "left out"));
}

TEST(composite_report, can_be_had_for_one_leaf) {
  const auto whole = composite("n", runtime_failure("x"));
  EXPECT_TRUE(
      to_string(whole.leaves()[0]).starts_with("std::runtime_error: x\n     thrown in 'x'"));
}

}  // namespace
