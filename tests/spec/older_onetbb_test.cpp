// SPDX-License-Identifier: Apache-2.0
// Row 36 of the robustness table: another oneTBB at run time than at build time. This executable stands between covey
// and the question for oneTBB's version.
#include "bounded.hpp"
#include "leaves.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <cstdlib>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <string>

namespace {
// What oneTBB seems to be; zero: what it is.
constinit std::atomic<int> pretended{0};
}  // namespace

// Declared here, so that the test needs nothing of oneTBB.
extern "C" int TBB_runtime_interface_version();
extern "C" int TBB_runtime_interface_version() {
  static const auto real =
      reinterpret_cast<int (*)()>(::dlsym(RTLD_NEXT, "TBB_runtime_interface_version"));
  const int told = pretended.load();
  return told != 0 ? told : real();
}

namespace {

using covey_test::bounded;
using covey_test::contains;
using covey_test::message_of;

TEST(older_onetbb, row_36_an_older_oneTBB_than_covey_was_built_with_is_a_pool_error_naming_both) {
  const bounded bound;
  const std::string real = std::to_string(TBB_runtime_interface_version());
  pretended = 12'010;
  const auto text = message_of<covey::pool_error>([] { covey::pool refused{2}; });
  EXPECT_TRUE(contains(text, "12010")) << text;
  EXPECT_TRUE(contains(text, "oneTBB")) << text;
  // The packaged headers and library are of one version.
  EXPECT_TRUE(contains(text, real)) << text;
  pretended = 0;
}

TEST(older_onetbb, row_36_the_default_pool_says_the_same_and_can_be_made_later) {
  const bounded bound;
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // in a process that has no default pool yet
  EXPECT_EXIT(
      {
        pretended = 12'010;
        EXPECT_THROW(covey::nursery kids, covey::pool_error);
        pretended = 0;
        covey::nursery kids;
        std::_Exit(kids.spawn([] { return 6; }).get());
      },
      testing::ExitedWithCode(6),
      "^$");
}

TEST(older_onetbb, row_36_the_same_or_a_newer_oneTBB_works) {
  const bounded bound;
  for (const int version : {TBB_runtime_interface_version(), 12'990}) {
    pretended = version;
    covey::pool pool{2};
    covey::nursery kids{{.pool = &pool}};
    EXPECT_EQ(kids.spawn([] { return 1; }).get(), 1);
    kids.join();
    pretended = 0;
  }
}

}  // namespace
