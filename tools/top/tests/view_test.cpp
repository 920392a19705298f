// SPDX-License-Identifier: Apache-2.0
// What stands on the screen, line by line.

#include "view.hpp"

#include "support/columns.hpp"

#include <covey/tracking.hpp>

#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace {

using covey::task_tree;
using covey::tree_kind;
using covey::tree_node;
using covey::tree_state;
using namespace std::chrono_literals;

void add(task_tree& tree,
         std::size_t parent,
         const char* name,
         tree_state state,
         std::chrono::nanoseconds age) {
  tree_node node;
  node.kind = parent == tree_node::none ? tree_kind::nursery : tree_kind::child;
  node.parent = parent;
  node.name = covey::label(name);
  node.state = state;
  node.age_in_state = age;
  (parent == tree_node::none ? tree.roots : tree.nodes[parent].kids).push_back(tree.nodes.size());
  tree.nodes.push_back(node);
}

task_tree small_tree() {
  task_tree tree;
  tree.level = covey::tracking_level::full;
  add(tree, tree_node::none, "top", tree_state::running, 5s);
  add(tree, 0, "young", tree_state::queued, 1ms);
  add(tree, 0, "old", tree_state::running, 90s);
  add(tree, 0, "stuck", tree_state::blocking, 2s);
  add(tree, 2, "kid of old", tree_state::queued, 1s);
  return tree;
}

std::vector<std::string> rows(const task_tree& tree, top::sort_key key, std::size_t most = 100) {
  const std::string name = "process 12";
  const top::totals sums;
  const std::optional<top::rates> speed;
  const top::selection chosen{.key = key};
  return top::rows_of({name, tree, sums, speed, chosen}, most);
}

/// The names, in the order of the rows.
std::string names(const std::vector<std::string>& rows) {
  std::string all;
  for (const std::string& row : rows) {
    for (const char* name : {"[top]", "young", "kid of old", "old", "stuck"}) {
      if (row.find(name) != std::string::npos) {
        all += all.empty() ? "" : ", ";
        all += name;
        break;
      }
    }
  }
  return all;
}

TEST(view, shows_kids_below_their_parents) {
  const std::vector<std::string> all = rows(small_tree(), top::sort_key::tree);
  EXPECT_EQ(names(all), "[top], old, kid of old, stuck, young");
  EXPECT_EQ(all[4].rfind("queued      1 ms", 0), 0U) << all[4];
  EXPECT_LT(all[1].find("old"), all[2].find("kid of old"));
}

TEST(view, sorts_siblings_by_age_state_or_number_of_children) {
  EXPECT_EQ(names(rows(small_tree(), top::sort_key::age)), "[top], old, kid of old, stuck, young");
  EXPECT_EQ(names(rows(small_tree(), top::sort_key::state)),
            "[top], stuck, old, kid of old, young");
  EXPECT_EQ(names(rows(small_tree(), top::sort_key::children)),
            "[top], old, kid of old, young, stuck");  // the last two are equal
}

TEST(view, says_how_many_rows_do_not_fit) {
  const std::vector<std::string> cut = rows(small_tree(), top::sort_key::tree, 3);
  ASSERT_EQ(cut.size(), 3U);
  EXPECT_EQ(cut.back(), "… 3 more");
  EXPECT_TRUE(rows(small_tree(), top::sort_key::tree, 0).empty());
  EXPECT_EQ(rows(small_tree(), top::sort_key::tree, 5).size(), 5U);
}

TEST(view, never_leaves_the_screen) {
  const task_tree tree = small_tree();
  const std::string name = "process 12";
  const top::totals sums;
  const std::optional<top::rates> speed = top::rates{1e9, 1e9, 0.5};
  for (const std::size_t columns : {0U, 1U, 10U, 200U}) {
    for (const std::size_t lines : {0U, 1U, 4U, 5U, 100U}) {
      const auto all = top::screenful_of({name, tree, sums, speed, {}}, {columns, lines});
      EXPECT_LE(all.lines.size(), lines);
      for (const std::string& line : all.lines) {
        EXPECT_EQ(support::clipped(line, columns), line);
      }
    }
  }
}

TEST(view, says_why_there_is_no_tree) {
  task_tree none;
  none.level = covey::tracking_level::counters;
  const auto all = rows(none, top::sort_key::tree);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_NE(all[0].find("COVEY_TRACKING=full"), std::string::npos);
}

}  // namespace
