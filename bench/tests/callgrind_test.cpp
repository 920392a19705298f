// SPDX-License-Identifier: Apache-2.0
// What callgrind writes, read: the sums of the events that are wanted, or nothing.
#include "harness/callgrind.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <sstream>
#include <string>

namespace {

std::optional<bench::executed> read(const std::string& text) {
  std::istringstream profile(text);
  return bench::executed_in(profile);
}

// By callgrind 3.19 --collect-bus=yes, without most of its lines of costs.
constexpr const char* whole = R"(# callgrind format
version: 1
creator: callgrind-3.19.0
pid: 4711
cmd:  ./covey-bench --run fib covey 1
part: 1


desc: I1 cache: 
desc: Timerange: Basic block 0 - 28481
desc: Trigger: --dump-before=bench::end_counting*

positions: line
events: Ir Ge
summary: 1408 400


ob=(2) /usr/bin/covey-bench
fl=(32) ???
fn=(1226) main
0 1404 400
cfn=(1230) bench::end_counting()
calls=1 0 
0 4

totals: 1408 400
)";

TEST(callgrind, sums_are_read_by_the_names_of_the_events) {
  const auto found = read(whole);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->instructions, 1408U);
  EXPECT_EQ(found->atomics, 400U);
  const auto turned = read("events: Ge Dr Ir\nsummary: 3 9 70\n");
  ASSERT_TRUE(turned);
  EXPECT_EQ(turned->instructions, 70U);
  EXPECT_EQ(turned->atomics, 3U);
}

TEST(callgrind, sums_left_out_at_the_end_are_zero) {
  const auto found = read("events: Ir Ge\nsummary: 1408\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->instructions, 1408U);
  EXPECT_EQ(found->atomics, 0U);
}

TEST(callgrind, sums_of_more_than_32_bits_are_whole) {
  const auto found = read("events: Ir Ge\nsummary: 123456789012 1\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->instructions, 123'456'789'012U);
}

TEST(callgrind, what_lacks_an_event_or_the_sums_is_no_profile) {
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read("events: Ir\nsummary: 1408\n"));
  EXPECT_FALSE(read("events: Ir Ge\n"));
  EXPECT_FALSE(read("summary: 1408 400\n"));
}

}  // namespace
