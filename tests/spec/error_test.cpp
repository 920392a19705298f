// SPDX-License-Identifier: Apache-2.0
// What the library's own exception types promise.
#include "leaves.hpp"

#include <covey/error.hpp>
#include <covey/policy.hpp>

#include <chrono>
#include <exception>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <type_traits>

namespace {

static_assert(!std::is_base_of_v<std::exception, covey::cancelled>);
static_assert(!std::is_base_of_v<covey::cancelled, covey::timeout_error>);
static_assert(std::is_base_of_v<std::runtime_error, covey::timeout_error>);
static_assert(std::is_base_of_v<std::logic_error, covey::structure_error>);
static_assert(std::is_nothrow_copy_constructible_v<covey::structure_error>);
static_assert(std::is_nothrow_copy_constructible_v<covey::pool_error>);
static_assert(std::is_nothrow_copy_constructible_v<covey::timeout_error>);
static_assert(std::is_nothrow_copy_constructible_v<covey::cancelled>);

covey::stop_reason deadline_of_frame() {
  covey::stop_reason why;
  why.kind = covey::stop_kind::deadline;
  why.scope = covey::label("frame");
  return why;
}

TEST(cancelled, is_not_swallowed_by_a_handler_of_standard_exceptions) {
  bool seen = false;
  try {
    try {
      throw covey::cancelled(deadline_of_frame());
    } catch (const std::exception&) {
      ADD_FAILURE();
    }
  } catch (const covey::cancelled& stop) {
    seen = true;
    EXPECT_EQ(stop.why().kind, covey::stop_kind::deadline);
    EXPECT_EQ(stop.message(), "cancelled: deadline of nursery 'frame' (unknown place)");
  }
  EXPECT_TRUE(seen);
}

TEST(timeout_error, carries_its_message_and_its_reason) {
  const covey::timeout_error error("too late", deadline_of_frame());
  EXPECT_STREQ(error.what(), "too late");
  EXPECT_EQ(error.why().scope.view(), "frame");
}

TEST(pool_error, carries_the_code_of_the_system) {
  const auto again = std::make_error_code(std::errc::resource_unavailable_try_again);
  EXPECT_EQ(covey::pool_error("no threads", again).code(), again);
  EXPECT_FALSE(covey::pool_error("shut down").code());
}

TEST(time_limit, refuses_nan_and_says_what_is_valid) {
  const std::chrono::duration<double> nan(std::numeric_limits<double>::quiet_NaN());
  const auto text =
      covey_test::message_of<std::invalid_argument>([&] { return covey::time_limit(nan).given(); });
  EXPECT_TRUE(covey_test::contains(text, "NaN"));
  EXPECT_TRUE(covey_test::contains(text, "valid is"));
}

TEST(time_limit, saturates_infinite_lengths) {
  const std::chrono::duration<double> forever(std::numeric_limits<double>::infinity());
  EXPECT_GT(covey::time_limit(forever).length(), std::chrono::hours(24 * 365 * 100));
  EXPECT_LT(covey::time_limit(-forever).length(), -std::chrono::hours(24 * 365 * 100));
}

}  // namespace
