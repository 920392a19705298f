// SPDX-License-Identifier: Apache-2.0
// What sites, labels and reasons promise, and how they read.
#include <covey/task_info.hpp>

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>

namespace {

using covey::label;
using covey::quoted;
using covey::site;
using covey::stop_kind;
using covey::stop_reason;
using covey::task_state;

static_assert(std::is_trivially_copyable_v<site>);
static_assert(std::is_trivially_copyable_v<label>);
static_assert(std::is_trivially_copyable_v<stop_reason>);
static_assert(label("tile").view() == "tile");

TEST(site, knows_file_line_and_function_of_its_caller) {
  const site here = site::current();
  EXPECT_EQ(here.line(), static_cast<unsigned>(__LINE__ - 1));
  EXPECT_TRUE(std::string_view(here.file()).ends_with("task_info_test.cpp"));
#if defined(__cpp_lib_source_location)
  EXPECT_NE(std::string_view(here.function()), "");
#else
  EXPECT_EQ(std::string_view(here.function()), "");
#endif
  EXPECT_TRUE(to_string(here).ends_with("task_info_test.cpp:" + std::to_string(here.line())));
}

TEST(site, reads_as_unknown_place_by_default) {
  EXPECT_EQ(to_string(site{}), "unknown place");
}

TEST(label, keeps_a_short_name_whole) {
  EXPECT_TRUE(label().empty());
  EXPECT_EQ(label("").view(), "");
  const std::string longest(label::capacity, 'x');
  EXPECT_EQ(label(longest).view(), longest);
}

TEST(label, keeps_both_ends_of_a_long_name_and_marks_the_cut) {
  const std::string ends = std::string(30, 'a') + std::string(18, 'b');
  EXPECT_EQ(label(ends).view(), std::string(23, 'a') + "~" + std::string(5, 'a') + ends.substr(30));
  const std::string folder = "projects/2026/a_rather_long_directory_name/measurements/";
  EXPECT_EQ(label(folder + "alpha.txt").view(), "projects/2026/a_rather_~/measurements/alpha.txt");
  EXPECT_NE(label(folder + "alpha.txt").view(), label(folder + "gamma.txt").view());
  static_assert(label("0123456789012345678901234567890123456789012345678").view() ==
                "01234567890123456789012~67890123456789012345678");
}

TEST(label, cuts_between_characters) {
  for (std::size_t shift = 0; shift < 8; ++shift) {
    for (const std::string_view character : {"\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x90\xa6"}) {
      std::string name(shift, 'x');
      for (int i = 0; i < 40; ++i) {
        name += character;
      }
      const label kept(name);
      const std::string_view cut = kept.view();
      const std::size_t mark = cut.find('~');
      ASSERT_NE(mark, std::string_view::npos);
      EXPECT_LE(cut.size(), label::capacity);
      EXPECT_GE(cut.size(), label::capacity - 6);
      EXPECT_EQ((mark - shift) % character.size(), 0U);
      EXPECT_EQ((cut.size() - mark - 1) % character.size(), 0U);
      EXPECT_EQ(quoted(cut), "'" + std::string(cut) + "'");
    }
  }
  EXPECT_EQ(label(std::string(1U << 20U, 'x')).view().size(), label::capacity);
  EXPECT_EQ(label(std::string(100, '\x80')).view(), "~");
}

TEST(label, copies_its_text) {
  std::string text = "name";
  const label name(text);
  text = "gone";
  EXPECT_EQ(name.view(), "name");
}

TEST(quoted, puts_text_in_single_quotes) {
  EXPECT_EQ(quoted("tile 17"), "'tile 17'");
  EXPECT_EQ(quoted(""), "''");
}

TEST(quoted, escapes_control_bytes_quotes_and_backslashes) {
  EXPECT_EQ(quoted("a'b\\c\nd\te\rf"), R"('a\'b\\c\nd\te\rf')");
  EXPECT_EQ(quoted(std::string_view("\0\x1b\x7f", 3)), R"('\x00\x1b\x7f')");
}

TEST(quoted, keeps_valid_utf8_and_escapes_everything_else) {
  for (const std::string_view valid :
       {"ü", "\xe2\x82\xac", "\xf0\x9f\x90\xa6", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(quoted(valid), "'" + std::string(valid) + "'");
  }
  EXPECT_EQ(quoted("\xc3"), R"('\xc3')");                          // cut short
  EXPECT_EQ(quoted("\xe2\x82"), R"('\xe2\x82')");                  // cut short
  EXPECT_EQ(quoted("\xe2\x82x"), R"('\xe2\x82x')");                // broken off
  EXPECT_EQ(quoted("\xbc"), R"('\xbc')");                          // a tail alone
  EXPECT_EQ(quoted("\xc0\xaf"), R"('\xc0\xaf')");                  // overlong
  EXPECT_EQ(quoted("\xe0\x80\xaf"), R"('\xe0\x80\xaf')");          // overlong
  EXPECT_EQ(quoted("\xf0\x80\x80\xaf"), R"('\xf0\x80\x80\xaf')");  // overlong
  EXPECT_EQ(quoted("\xed\xa0\x80"), R"('\xed\xa0\x80')");          // surrogate
  EXPECT_EQ(quoted("\xf4\x90\x80\x80"), R"('\xf4\x90\x80\x80')");  // beyond U+10FFFF
  EXPECT_EQ(quoted("\xc2\x9b[2J"), R"('\xc2\x9b[2J')");            // C1 control
  EXPECT_EQ(quoted("\xe2\x80\xaextx"), R"('\xe2\x80\xaextx')");    // right to left from here
  EXPECT_EQ(quoted("\xff"), R"('\xff')");
}

TEST(task_state, reads_in_words) {
  EXPECT_EQ(to_string(task_state::never_started), "never started");
  std::set<std::string_view> words;
  for (const auto state : {task_state::queued,
                           task_state::running,
                           task_state::done,
                           task_state::failed,
                           task_state::stopped,
                           task_state::never_started}) {
    words.insert(to_string(state));
  }
  EXPECT_EQ(words.size(), 6U);
  EXPECT_EQ(to_string(static_cast<task_state>(99)), "unknown state");
}

TEST(stop_kind, reads_in_words) {
  EXPECT_EQ(to_string(stop_kind::none), "none");
  EXPECT_EQ(to_string(stop_kind::explicit_stop), "explicit stop");
  EXPECT_EQ(to_string(static_cast<stop_kind>(99)), "unknown kind of stop");
}

TEST(stop_reason, reads_as_one_line_with_the_cause) {
  stop_reason why;
  EXPECT_EQ(to_string(why), "no stop");
  why.scope = label("frame");
  why.task = label("tile 17");
  why.kind = stop_kind::failure;
  EXPECT_EQ(to_string(why), "failure of 'tile 17' in nursery 'frame' (unknown place)");
  why.kind = stop_kind::deadline;
  EXPECT_EQ(to_string(why), "deadline of nursery 'frame' (unknown place)");
  why.kind = stop_kind::parent;
  EXPECT_EQ(to_string(why), "stop of the parent, nursery 'frame' (unknown place)");
  why.kind = stop_kind::explicit_stop;
  why.text = label("user\ngave up");
  EXPECT_EQ(to_string(why), R"(explicit stop of nursery 'frame' (unknown place): 'user\ngave up')");
  why = {};
  why.kind = stop_kind::shutdown;
  EXPECT_EQ(to_string(why), "shutdown of the pool (unknown place)");
  why.kind = stop_kind::failure;
  EXPECT_EQ(to_string(why), "failure of an unnamed child in an unnamed nursery (unknown place)");
}

TEST(stop_reason, names_the_place) {
  stop_reason why;
  why.kind = stop_kind::deadline;
  why.site = site::current();
  EXPECT_TRUE(
      to_string(why).ends_with("task_info_test.cpp:" + std::to_string(why.site.line()) + ")"));
}

}  // namespace
