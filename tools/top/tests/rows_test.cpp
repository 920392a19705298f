// SPDX-License-Identifier: Apache-2.0
// Which rows there are: who works first, equal queued children as one, what is folded, and what is in sight.

#include "rows.hpp"

#include "key_reader.hpp"

#include <covey/tracking.hpp>

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace {

using covey::task_tree;
using covey::tree_kind;
using covey::tree_node;
using covey::tree_state;
using top::row;
using top::selection;

std::size_t add(task_tree& tree, std::size_t parent, const std::string& name, tree_state state) {
  tree_node node;
  node.id = 100 + tree.nodes.size();
  node.kind = parent == tree_node::none ? tree_kind::nursery : tree_kind::child;
  node.parent = parent;
  node.name = covey::label(name);
  node.state = state;
  node.file = "pages.cpp";
  node.line = 7;
  (parent == tree_node::none ? tree.roots : tree.nodes[parent].kids).push_back(tree.nodes.size());
  tree.nodes.push_back(node);
  return tree.nodes.size() - 1;
}

// 28 queued pages, spawned before the two that run.
task_tree flooded() {
  task_tree tree;
  const std::size_t book = add(tree, tree_node::none, "book", tree_state::running);
  for (int page = 1; page <= 28; ++page) {
    add(tree, book, "page " + std::to_string(page), tree_state::queued);
  }
  add(tree, book, "cover", tree_state::running);
  add(tree, book, "index", tree_state::waiting);
  add(tree, book, "odd one", tree_state::queued);
  return tree;
}

std::string shown(const task_tree& tree, const selection& chosen) {
  std::string all;
  for (const row& each : top::rows_in(tree, chosen)) {
    all += all.empty() ? "" : ", ";
    all += each.members > 1 ? each.title + " (" + std::to_string(each.members) + ")"
                            : top::name_of(tree.nodes[each.at]);
    all += each.hidden != 0 ? " +" + std::to_string(each.hidden) : "";
  }
  return all;
}

TEST(rows, show_who_works_before_the_queue_and_equal_queued_ones_as_one) {
  EXPECT_EQ(shown(flooded(), {}), "[book], cover, index, page 1 … 28 (28), odd one");
}

TEST(rows, group_only_what_is_equal_but_for_a_number) {
  task_tree tree;
  const std::size_t root = add(tree, tree_node::none, "n", tree_state::running);
  for (const char* name : {"a 1 x", "a 2 y", "a 3 x", "a 5 x", "", "", "", "b", "b", "b"}) {
    add(tree, root, name, tree_state::queued);
  }
  EXPECT_EQ(shown(tree, {}), "[n], a 1 … 5 x (3), a 2 y, child (3), b (3)");
  tree.nodes[3].line = 8;
  EXPECT_EQ(shown(tree, {}), "[n], a 1 x, a 2 y, a 3 x, a 5 x, child (3), b (3)");
  // One with a nursery below it, and one that runs, stay alone.
  tree.nodes[3].line = 7;
  tree.nodes[9].state = tree_state::running;
  EXPECT_EQ(shown(tree, {}), "[n], b, a 1 … 5 x (3), a 2 y, child (3), b, b");
}

TEST(rows, take_numbers_of_any_length) {
  task_tree tree;
  const std::size_t root = add(tree, tree_node::none, "n", tree_state::running);
  for (const char* name : {"999999999999999999", "1", "2", "99999999999999999999999", "\x1b 3"}) {
    add(tree, root, name, tree_state::queued);
  }
  EXPECT_EQ(shown(tree, {}), "[n], 1 … 999999999999999999 (3), 99999999999999999999999, \\x1b 3");
}

TEST(rows, of_a_group_are_shown_when_it_is_opened_and_hidden_when_it_is_closed) {
  const task_tree tree = flooded();
  selection chosen;
  top::fold(chosen, tree, top::rows_in(tree, chosen)[3]);
  const std::vector<row> open = top::rows_in(tree, chosen);
  EXPECT_EQ(open.size(), tree.nodes.size());
  EXPECT_EQ(top::name_of(tree.nodes[open[4].at]), "page 2");
  top::fold(chosen, tree, open[4]);
  EXPECT_EQ(top::rows_in(tree, chosen).size(), 5U);
  chosen.grouped = false;
  EXPECT_EQ(top::rows_in(tree, chosen).size(), tree.nodes.size());
}

TEST(rows, below_a_folded_node_are_counted_and_come_back) {
  const task_tree tree = flooded();
  selection chosen;
  const row root = top::rows_in(tree, chosen)[0];
  top::fold(chosen, tree, root);
  EXPECT_EQ(shown(tree, chosen), "[book] +31");
  top::fold(chosen, tree, root);
  EXPECT_EQ(top::rows_in(tree, chosen).size(), 5U);
  top::fold(chosen, tree, top::rows_in(tree, chosen)[1]);  // a leaf
  EXPECT_EQ(top::rows_in(tree, chosen).size(), 5U);
}

TEST(rows, around_the_cursor_are_in_sight) {
  for (std::size_t rows = 0; rows < 12; ++rows) {
    for (std::size_t room = 0; room < 12; ++room) {
      for (std::size_t cursor = 0; cursor < 14; ++cursor) {
        for (std::size_t first = 0; first < 14; ++first) {
          selection chosen;
          chosen.cursor = cursor;
          chosen.first = first;
          top::keep_in_sight(chosen, rows, room);
          ASSERT_TRUE(rows == 0 ? chosen.cursor == 0 : chosen.cursor < rows);
          ASSERT_LE(chosen.first, chosen.cursor);
          const std::size_t lines = rows <= room ? room : room - 1;
          if (room > 1) {
            ASSERT_LT(chosen.cursor, chosen.first + lines);
          }
        }
      }
    }
  }
}

TEST(keys, of_several_bytes_are_one_and_no_letter_of_them_is_a_command) {
  const auto keys = [](std::string_view bytes) {
    top::key_reader reader;
    std::vector<int> all;
    for (const char byte : bytes) {
      if (const int key = reader.read(byte); key != top::key_reader::none) {
        all.push_back(key);
      }
    }
    return all;
  };
  using top::key_reader;
  EXPECT_EQ(keys("q\033[Aj\033OB"), (std::vector<int>{'q', key_reader::up, 'j', key_reader::down}));
  EXPECT_EQ(keys("\033[5~\033[6~\033[H\033[F\033[1~\033[4~"),
            (std::vector<int>{key_reader::page_up,
                              key_reader::page_down,
                              key_reader::home,
                              key_reader::end,
                              key_reader::home,
                              key_reader::end}));
  EXPECT_EQ(keys("\033[3~\033[C"), std::vector<int>{});
  EXPECT_EQ(keys("\033q"), std::vector<int>{'q'});
}

}  // namespace
