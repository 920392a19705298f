// SPDX-License-Identifier: Apache-2.0
// A program that does not link covey::stacks has the same face, and sees no stacks.
#include <covey/covey.hpp>
#include <covey/stacks.hpp>

#include <exception>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace {

TEST(stacks_not_linked, are_empty_and_not_in_the_report) {
  EXPECT_FALSE(covey::notes_stacks());
  try {
    covey::nursery kids;
    kids.run([] { throw std::runtime_error("thrown"); });
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& failures) {
    const covey::stack_trace none = covey::throw_stack(failures.leaves().front());
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(none.size(), 0U);
    EXPECT_EQ(to_string(none), "");
    EXPECT_EQ(std::string(failures.what()).find('#'), std::string::npos);
    EXPECT_TRUE(covey::throw_stack(std::current_exception()).empty());
  }
  EXPECT_TRUE(covey::throw_stack(std::exception_ptr()).empty());
}

}  // namespace
