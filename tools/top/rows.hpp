// SPDX-License-Identifier: Apache-2.0
// Which rows there are below each other: who works comes before who waits in a queue, equal queued ones are one row, and
// what the user has folded is one row, too.
#pragma once

#include <covey/tracking.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace top {

/// How the kids of a node follow each other. tree: as they were spawned, but queued ones last.
enum class sort_key { tree, age, state, children };

/// What the user has chosen. Nodes and groups are known by what outlives a look.
struct selection {
  sort_key key = sort_key::tree;
  bool grouped = true;
  std::set<std::uint64_t> folded = {};  // ids of nodes
  std::set<std::string> opened = {};    // groups whose members are shown; see row::group
  std::size_t first = 0;                // row at the top of the screen
  std::size_t cursor = 0;               // row
  bool has_cursor = false;              // it is shown once it was moved
};

struct row {
  std::size_t at = 0;  // of the node; of a group: of its first member
  std::size_t depth = 0;
  std::size_t members = 1;  // more than one: a group
  std::size_t hidden = 0;   // nodes below a folded one
  std::string title = {};   // of a group: "page 1 … 28"
  std::string group = {};   // the group that it stands for, or is a member of; empty: none
};

/// @returns all rows. Complexity: nodes, times the logarithm of the kids that one node has.
[[nodiscard]] std::vector<row> rows_in(const covey::task_tree& tree, const selection& chosen);

/// @returns how a node is called, made fit for a terminal: "[nursery]", "child", "[frame]", "tile 17".
[[nodiscard]] std::string name_of(const covey::tree_node& node);

/// Folds or unfolds what that row shows, if there is anything below it; opens a group, or closes the one it is in.
void fold(selection& chosen, const covey::task_tree& tree, const row& at);

/// Moves the top of the screen so that the cursor is on it, and both to where rows are. @param room rows on the screen
void keep_in_sight(selection& chosen, std::size_t rows, std::size_t room);

}  // namespace top
