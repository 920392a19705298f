// SPDX-License-Identifier: Apache-2.0
// JSON as trees and traces have it: whatever is told, a parser understands it, and memory that runs out leaves no cut object.
#include "text/json_writer.hpp"

#include "replace_new.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace {

using covey::runtime::json_writer;
using covey_test::failing_allocation;
using nlohmann::json;

std::string text_of(std::string_view value) {
  std::string out;
  json_writer(out).text("name", value);
  return out;
}

std::string read_back(std::string_view value) {
  return json::parse(text_of(value)).at("name").get<std::string>();
}

TEST(json_writer, an_object_without_members_is_one) {
  std::string out;
  static_cast<void>(json_writer(out));
  EXPECT_EQ(out, "{}");
}

TEST(json_writer, members_follow_each_other) {
  std::string out = "before";
  json_writer(out, ",\n").text("a", "x").number("b", 7).boolean("c", false).boolean("d", true);
  EXPECT_EQ(out, "before,\n{\"a\":\"x\",\"b\":7,\"c\":false,\"d\":true}");
}

TEST(json_writer, quotes_backslashes_and_controls_come_back_as_they_were) {
  EXPECT_EQ(text_of("\"\\\n\x01"), "{\"name\":\"\\\"\\\\\\u000a\\u0001\"}");
  for (int byte = 0; byte < 0x7F; ++byte) {
    const std::string value{'<', static_cast<char>(byte), '>'};
    EXPECT_EQ(read_back(value), value) << byte;
  }
  EXPECT_EQ(read_back("gr\xc3\xbc\xc3\x9f 日本 🐦"), "gr\xc3\xbc\xc3\x9f 日本 🐦");
  EXPECT_EQ(read_back("'/"), "'/");
}

TEST(json_writer, what_is_no_character_or_a_command_is_shown_byte_by_byte) {
  EXPECT_EQ(read_back("a\xff"
                      "b"),
            "a\\xffb");
  EXPECT_EQ(read_back("\xc3"), "\\xc3");
  EXPECT_EQ(read_back("\xe2\x82"), "\\xe2\\x82");
  EXPECT_EQ(read_back("\xc0\xaf"), "\\xc0\\xaf");
  EXPECT_EQ(read_back("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // half of a pair of UTF-16
  EXPECT_EQ(read_back("\x7f\xc2\x9b\xe2\x80\xae"), "\\x7f\\xc2\\x9b\\xe2\\x80\\xae");
}

TEST(json_writer, every_pair_of_bytes_is_json) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
      ASSERT_TRUE(json::accept(text_of({bytes, 2}))) << first << " " << second;
    }
  }
}

TEST(json_writer, numbers_are_exact) {
  std::string out;
  json_writer(out)
      .number("most", std::numeric_limits<std::uint64_t>::max())
      .signed_number("least", std::numeric_limits<std::int64_t>::min())
      .signed_number("small", -1)
      .real("third", 1.0 / 3)
      .real("tiny", std::numeric_limits<double>::denorm_min())
      .real("huge", -std::numeric_limits<double>::max())
      .real("whole", 2);
  const json read = json::parse(out);
  EXPECT_EQ(read.at("most"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(read.at("least"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read.at("small"), -1);
  EXPECT_EQ(read.at("third"), 1.0 / 3);
  EXPECT_EQ(read.at("tiny"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(read.at("huge"), -std::numeric_limits<double>::max());
  EXPECT_EQ(read.at("whole"), 2);
}

TEST(json_writer, numbers_that_are_not_finite_are_null) {
  using limits = std::numeric_limits<double>;
  for (const double value : {limits::infinity(), -limits::infinity(), limits::quiet_NaN()}) {
    std::string out;
    json_writer(out).real("value", value).number("next", 1);
    EXPECT_EQ(out, "{\"value\":null,\"next\":1}");
  }
}

TEST(json_writer, times_are_microseconds_with_three_digits) {
  std::string out;
  json_writer(out)
      .microseconds("a", 0)
      .microseconds("b", 1'002'003)
      .microseconds("c", 90)
      .microseconds("d", std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(out, "{\"a\":0.000,\"b\":1002.003,\"c\":0.090,\"d\":18446744073709551.615}");
}

TEST(json_writer, objects_and_arrays_nest_and_are_closed_at_the_end) {
  std::string out;
  json_writer(out)
      .object("empty")
      .end()
      .array("list")
      .object()
      .number("a", 1)
      .end()
      .object()
      .array("none")
      .end()
      .number("b", 2)
      .end()
      .end()
      .object("rest")
      .array("open")
      .object()
      .number("c", 3);
  EXPECT_EQ(out, R"({"empty":{},"list":[{"a":1},{"none":[],"b":2}],"rest":{"open":[{"c":3}]}})");
}

TEST(json_writer, nests_as_deep_as_it_is_told) {
  constexpr int depth = 1000;
  std::string out;
  {
    json_writer deep(out);
    for (int i = 0; i < depth; ++i) {
      deep.array("a").object();
    }
  }
  EXPECT_TRUE(json::accept(out));
  EXPECT_EQ(out.size(), 2U + depth * std::string_view("\"a\":[{}]").size());
}

void tell(std::string& out) {
  json_writer(out, ",\n")
      .array("list")
      .object()
      .text("text", std::string_view("0123456789\n\xff 0123456789"))
      .real("number", 0.1)
      .microseconds("time", 123'456'789)
      .object("inner")
      .signed_number("least", std::numeric_limits<std::int64_t>::min())
      .object("innermost");
}

TEST(json_writer, leaves_nothing_of_an_object_when_memory_runs_out) {
  std::string whole = "before";
  tell(whole);
  int failures = 0;
  for (std::int64_t nth = 1;; ++nth) {
    std::string out = "before";
    bool failed = false;
    {
      const failing_allocation next(nth);
      try {
        tell(out);
      } catch (const std::bad_alloc&) {
        failed = true;
      }
    }
    if (!failed) {
      EXPECT_EQ(out, whole);
      break;
    }
    ++failures;
    EXPECT_EQ(out, "before") << nth;
  }
  EXPECT_GT(failures, 2);
}

TEST(json_writer, needs_no_memory_to_close_what_is_open) {
  for (std::size_t length = 0; length < 100; ++length) {
    std::string out;
    std::optional<json_writer> deep(std::in_place, out);
    deep->array("a").object().array("b").object().text("name", std::string(length, 'x'));
    const failing_allocation next(1);
    deep.reset();
    EXPECT_FALSE(failing_allocation::hit()) << length;
    failing_allocation::disarm();
    EXPECT_TRUE(json::accept(out)) << out;
  }
}

}  // namespace
