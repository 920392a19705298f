// SPDX-License-Identifier: Apache-2.0
// How far a subtree is.
#include "tracking/tree_progress.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace covey::runtime {

namespace {

[[nodiscard]] double part(std::uint64_t done, std::uint64_t total) noexcept {
  return std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
}

// What a node knows, given the sum of what its kids know; below zero: nothing.
[[nodiscard]] double progress_from(const tree_node& node, double kids) noexcept {
  const tree_counts& counts = node.counts;
  if (node.progress.total != 0) {
    return part(node.progress.done, node.progress.total);
  }
  if (node.kind == tree_kind::nursery && counts.spawned != 0) {
    const auto ended = counts.done + counts.failed + counts.stopped + counts.never_started;
    return std::min(1.0, (static_cast<double>(ended) + kids) / static_cast<double>(counts.spawned));
  }
  if (node.kind == tree_kind::child && !node.kids.empty()) {
    return kids / static_cast<double>(node.kids.size());
  }
  return -1;
}

}  // namespace

std::vector<double> progress_of_all(const task_tree& tree, std::size_t from) {
  // Children come behind their parents: one pass from the back. First sums of the kids, then what the node itself knows.
  std::vector<double> all(tree.nodes.size() - from, 0.0);
  for (std::size_t i = tree.nodes.size(); i-- > from;) {
    const tree_node& each = tree.nodes[i];
    all[i - from] = progress_from(each, all[i - from]);
    if (each.parent != tree_node::none && each.parent >= from) {
      all[each.parent - from] += std::max(0.0, all[i - from]);
    }
  }
  return all;
}

std::optional<double> progress_of(const task_tree& tree, std::size_t node) {
  static_cast<void>(tree.nodes.at(node));
  const double known = progress_of_all(tree, node).front();
  return known < 0 ? std::nullopt : std::optional<double>(known);
}

}  // namespace covey::runtime
