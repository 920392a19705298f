// SPDX-License-Identifier: Apache-2.0
// How far a subtree is.
#include <covey/tracking.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <unordered_map>

namespace covey {

std::optional<double> weighted_progress(const task_tree& tree, std::size_t node) {
  const tree_node& top = tree.nodes.at(node);
  if (top.progress.total != 0) {
    return std::min(
        1.0, static_cast<double>(top.progress.done) / static_cast<double>(top.progress.total));
  }
  // Children come behind their parents: one pass from the back.
  std::unordered_map<std::size_t, double> sums;
  for (std::size_t i = tree.nodes.size(); i-- > node;) {
    const tree_node& each = tree.nodes[i];
    double own = 0;
    if (each.progress.total != 0) {
      own = std::min(
          1.0, static_cast<double>(each.progress.done) / static_cast<double>(each.progress.total));
    } else if (each.kind == tree_kind::nursery && each.counts.spawned != 0) {
      const auto ended =
          each.counts.done + each.counts.failed + each.counts.stopped + each.counts.never_started;
      own = std::min(
          1.0, (static_cast<double>(ended) + sums[i]) / static_cast<double>(each.counts.spawned));
    } else if (each.kind == tree_kind::child && !each.kids.empty()) {
      own = sums[i] / static_cast<double>(each.kids.size());
    }
    if (i == node) {
      const bool known =
          each.kind == tree_kind::nursery ? each.counts.spawned != 0 : !each.kids.empty();
      return known ? std::optional<double>(own) : std::nullopt;
    }
    if (each.parent != tree_node::none) {
      sums[each.parent] += own;
    }
  }
  return std::nullopt;
}

}  // namespace covey
