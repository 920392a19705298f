// SPDX-License-Identifier: Apache-2.0
// Times, numbers and columns as tools and examples show them.

#include "support/text.hpp"

#include "support/columns.hpp"
#include "support/progress_bar.hpp"

#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace {

using support::column;
using support::columns_of;
using support::duration;
using namespace std::chrono_literals;

TEST(text, times_have_three_digits_and_the_unit_that_fits) {
  EXPECT_EQ(duration(0ns), "0 ns");
  EXPECT_EQ(duration(999ns), "999 ns");
  EXPECT_EQ(duration(1234ns), "1.23 µs");
  EXPECT_EQ(duration(56'700us), "56.7 ms");
  EXPECT_EQ(duration(12ms), "12 ms");
  EXPECT_EQ(duration(3450ms), "3.45 s");
  EXPECT_EQ(duration(307s), "5m07s");
  EXPECT_EQ(duration(2h + 5min), "2h05m");
  EXPECT_EQ(duration(76h), "3d04h");
  EXPECT_EQ(duration(120 * 24h), "120d");
  EXPECT_EQ(duration(-3s), "-3 s");
}

TEST(text, times_are_rounded_up_to_the_next_unit) {
  EXPECT_EQ(duration(999'499ns), "999 µs");
  EXPECT_EQ(duration(999'500ns), "1 ms");
  EXPECT_EQ(duration(59'949ms), "59.9 s");
  EXPECT_EQ(duration(59'950ms), "1m00s");
  EXPECT_EQ(duration(59min + 59'960ms), "1h00m");
}

TEST(text, times_are_seven_columns_wide_at_most) {
  for (std::int64_t ns = 1; ns < std::numeric_limits<std::int64_t>::max() / 7;
       ns = ns * 7 / 5 + 1) {
    EXPECT_LE(columns_of(duration(std::chrono::nanoseconds(ns))), 7U) << ns;
  }
  EXPECT_LE(columns_of(duration(std::chrono::nanoseconds::max())), 7U);
  EXPECT_EQ(duration(std::chrono::nanoseconds::min()),
            '-' + duration(std::chrono::nanoseconds::max()));
}

TEST(text, numbers_are_short) {
  EXPECT_EQ(support::short_number(0), "0");
  EXPECT_EQ(support::short_number(999), "999");
  EXPECT_EQ(support::short_number(1234), "1.2k");
  EXPECT_EQ(support::short_number(34.5e6), "34.5M");
  EXPECT_EQ(support::short_number(2e15), "2000.0T");
  EXPECT_EQ(support::fixed(std::numeric_limits<double>::max(), 1).size(), 311U);
  EXPECT_EQ(support::counted(1, "file"), "1 file");
  EXPECT_EQ(support::counted(0, "file"), "0 files");
  EXPECT_EQ(support::hexadecimal(std::array<unsigned char, 3>{0, 10, 255}), "000aff");
}

TEST(text, is_safe_in_pages) {
  EXPECT_EQ(support::html("<a href='x'>&\n\""), "&lt;a href=&#39;x&#39;&gt;&amp;\\x0a&quot;");
  EXPECT_EQ(support::html("\xc2\x9b\xe2\x80\xae"), "\\xc2\\x9b\\xe2\\x80\\xae");
}

TEST(columns, are_counted_as_a_terminal_does) {
  EXPECT_EQ(columns_of(""), 0U);
  EXPECT_EQ(columns_of("gr\xc3\xbc\xc3\x9f"), 4U);
  EXPECT_EQ(columns_of("日本"), 4U);
  EXPECT_EQ(columns_of("e\xcc\x81"), 1U);  // e, and an accent that goes on top of it
  EXPECT_EQ(columns_of("🐦"), 2U);
}

TEST(columns, are_clipped_between_characters) {
  EXPECT_EQ(support::clipped("gr\xc3\xbc\xc3\x9f", 3), "gr\xc3\xbc");
  EXPECT_EQ(support::clipped("abc", 5), "abc");
  EXPECT_EQ(support::clipped("abc", 0), "");
  EXPECT_EQ(support::clipped("日本", 3), "日");
  EXPECT_EQ(support::clipped("e\xcc\x81x", 1), "e\xcc\x81");
}

TEST(columns, are_filled_up) {
  EXPECT_EQ(support::left("\xc3\xbc", 3), "\xc3\xbc  ");
  EXPECT_EQ(support::right("日", 3), " 日");
  EXPECT_EQ(support::right("abcd", 3), "abcd");
  EXPECT_EQ(column("äöü", 5), "äöü  ");
}

TEST(columns, that_do_not_fit_lose_their_middle) {
  EXPECT_EQ(column("abcdef", 6), "abcdef");
  EXPECT_EQ(column("abcdef", 4), "a~ef");
  EXPECT_EQ(column("abcdef", 2), "~f");
  EXPECT_EQ(column("abcdef", 1), "~");
  EXPECT_EQ(column("abcdef", 0), "");
  EXPECT_EQ(column("äöüäöü", 5), "äö~öü");
  for (std::size_t width = 1; width < 14; ++width) {
    EXPECT_EQ(columns_of(column("日本語e\xcc\x81日本語x", width)), width);
  }
}

TEST(columns, tell_no_terminal_what_to_do) {
  EXPECT_EQ(column("\033[2J\xc2\x9b\xe2\x80\xae", 4), "\\~ae");
  EXPECT_EQ(column("\033[2J", 8), "\\x1b[2J ");
}

TEST(progress, is_a_bar_a_share_and_what_is_left) {
  EXPECT_EQ(support::progress_line(0.25, "1 of 4", 125),
            "[######..................] 25 %  1 of 4  ETA 2m05s");
  EXPECT_EQ(support::progress_line(0, "none", std::nullopt),
            "[........................] 0 %  none");
  EXPECT_EQ(support::progress_line(1, "all", 3), "[########################] 100 %  all");
  EXPECT_EQ(support::progress_line(0.5, "half", 0.1),
            "[############............] 50 %  half  ETA 1 s");
  EXPECT_EQ(support::progress_line(0.5, "", 1e300).find("ETA 11574d"), 35U);
}

}  // namespace
