// SPDX-License-Identifier: Apache-2.0
// The public face of the tracking system.
#include "observe/tracked_states.hpp"
#include "tracking/task_tree.hpp"
#include "tracking/tracking_image.hpp"
#include "tracking/tracking_level.hpp"
#include "tracking/tree_json.hpp"
#include "tracking/tree_progress.hpp"
#include "tracking/tree_text.hpp"

#include <covey/tracking.hpp>

#include <chrono>

namespace covey {

void set_tracking(tracking_level level) {
  runtime::set_tracking_level(level);
}

tracking_level tracking() noexcept {
  return runtime::present_tracking_level();
}

task_tree snapshot() {
  const auto begin = std::chrono::steady_clock::now();
  task_tree tree = runtime::tree_of(runtime::copy_of_this_process());
  tree.cost_of_copy = std::chrono::steady_clock::now() - begin;
  return tree;
}

std::optional<double> weighted_progress(const task_tree& tree, std::size_t node) {
  return runtime::progress_of(tree, node);
}

std::string to_text(const task_tree& tree) {
  return runtime::text_of(tree);
}

std::string to_json(const task_tree& tree) {
  return runtime::json_of(tree);
}

std::string to_dot(const task_tree& tree) {
  return runtime::graph_of(tree);
}

std::string_view to_string(tracking_level level) noexcept {
  return runtime::name_of_level(level);
}

std::string_view to_string(tree_state state) noexcept {
  switch (state) {
    case tree_state::queued:
      return "queued";
    case tree_state::waiting:
      return "waiting";
    case tree_state::blocking:
      return "blocking";
    default:
      return "running";
  }
}

void this_task::set_progress(std::uint64_t done, std::uint64_t total) noexcept {
  if (const runtime::record* const me = runtime::this_record()) {
    runtime::track_progress(*me, done, total);
  }
}

}  // namespace covey
