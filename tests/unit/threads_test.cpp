// SPDX-License-Identifier: Apache-2.0
// threads: which versions of oneTBB are taken (robustness row 36).
#include "leaves.hpp"
#include "onetbb/lender.hpp"

#include <covey/error.hpp>

#include <gtest/gtest.h>
#include <string>

namespace {

using covey::runtime::refuse_older_onetbb;

TEST(threads, takes_the_oneTBB_that_it_was_built_with_and_newer_ones) {
  EXPECT_NO_THROW(refuse_older_onetbb(12'080, 12'080));
  EXPECT_NO_THROW(refuse_older_onetbb(12'080, 12'090));
  EXPECT_NO_THROW(refuse_older_onetbb(12'080, 12'150));
}

TEST(threads, refuses_an_older_oneTBB_and_names_both_versions) {
  const auto text =
      covey_test::message_of<covey::pool_error>([] { refuse_older_onetbb(12'080, 12'079); });
  EXPECT_TRUE(covey_test::contains(text, "12079")) << text;
  EXPECT_TRUE(covey_test::contains(text, "12080")) << text;
}

}  // namespace
