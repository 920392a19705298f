// SPDX-License-Identifier: Apache-2.0
// What the library, the tools and the examples show of text that they did not write.
#include "text/printable_text.hpp"

#include <covey/tracking.hpp>

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace {

using covey::runtime::printable;

// @returns the point in UTF-8, also of points that are none.
std::string encoded(std::uint32_t point) {
  const auto tail = [point](unsigned shift) {
    return static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
  };
  if (point < 0x80U) {
    return {static_cast<char>(point)};
  }
  if (point < 0x800U) {
    return {static_cast<char>(0xC0U | point >> 6U), tail(0)};
  }
  if (point < 0x10000U) {
    return {static_cast<char>(0xE0U | point >> 12U), tail(6), tail(0)};
  }
  return {static_cast<char>(0xF0U | point >> 18U), tail(12), tail(6), tail(0)};
}

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto value = static_cast<std::uint8_t>(c);
    out += {'\\', 'x', digits[value >> 4U], digits[value & 0xFU]};
  }
  return out;
}

bool commands(std::uint32_t point) {
  for (const auto& [first, last] : {std::pair{0x00U, 0x1FU},
                                    {0x7FU, 0x9FU},
                                    {0x61CU, 0x61CU},
                                    {0x200EU, 0x200FU},
                                    {0x2028U, 0x202EU},
                                    {0x2066U, 0x2069U},
                                    {0xD800U, 0xDFFFU}}) {
    if (point >= first && point <= last) {
      return true;
    }
  }
  return false;
}

TEST(printable, shows_every_character_as_it_is_but_for_those_that_command) {
  for (std::uint32_t point = 0; point < 0x11'0000U; ++point) {
    const std::string text = encoded(point);
    ASSERT_EQ(printable(text), commands(point) ? escaped(text) : text) << std::hex << point;
  }
}

TEST(printable, shows_every_byte_of_what_is_no_character) {
  for (const std::string_view wrong : {"\xc3",
                                       "\xe2\x82",
                                       "\xbc",
                                       "\xc0\xaf",
                                       "\xe0\x80\xaf",
                                       "\xf0\x80\x80\xaf",
                                       "\xf4\x90\x80\x80",
                                       "\xf8\x88\x80\x80\x80",
                                       "\xff\xfe"}) {
    EXPECT_EQ(printable(wrong), escaped(wrong));
    EXPECT_EQ(printable(std::string(wrong) + "x"), escaped(wrong) + "x");
  }
}

TEST(printable, trees_tell_no_terminal_what_to_do) {
  const std::string evil =
      "\x1b]0;x\x07\x1b[31m\xc2\x9b"
      "2J\xe2\x80\xae\xe2\x81\xa6\xd8\x9c\xff\"\\\n";
  covey::task_tree tree;
  for (const covey::tree_kind kind : {covey::tree_kind::nursery, covey::tree_kind::child}) {
    covey::tree_node node;
    node.kind = kind;
    node.id = tree.nodes.size() + 1;
    node.name = covey::label(evil);
    node.file = "/src/" + evil + "/" + evil;
    node.function = evil;
    node.line = 7;
    node.stop = covey::stop_kind::explicit_stop;
    node.stopping = true;
    node.stop_text = covey::label(evil);
    node.parent = kind == covey::tree_kind::child ? 0 : covey::tree_node::none;
    tree.nodes.push_back(node);
  }
  tree.roots = {0};
  tree.nodes[0].kids = {1};
  for (const std::string& text : {to_text(tree), to_json(tree), to_dot(tree)}) {
    std::string lines = printable(text);
    for (std::size_t at = 0; (at = lines.find("\\x0a", at)) != std::string::npos;) {
      // Those of the text itself; a name's are escaped before, and stay.
      if (at == 0 || lines[at - 1] != '\\') {
        lines.replace(at, 4, "\n");
      } else {
        at += 4;
      }
    }
    EXPECT_EQ(lines, text);
  }
}

}  // namespace
