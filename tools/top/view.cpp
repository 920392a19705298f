// SPDX-License-Identifier: Apache-2.0
// Only what fits is made into text, so that a tree of a million children costs no more than its snapshot.

#include "view.hpp"

#include "support/columns.hpp"
#include "support/text.hpp"
#include "text/printable_text.hpp"

#include <algorithm>
#include <string_view>

namespace top {

namespace {

using covey::task_tree;
using covey::tree_kind;
using covey::tree_node;
using covey::tree_state;
using covey::runtime::printable;
using support::clipped;
using support::duration;
using support::left;
using support::right;
using support::short_number;

constexpr std::size_t state_columns = 9;
constexpr std::size_t age_columns = 7;
constexpr std::size_t worker_columns = 6;
constexpr std::size_t deepest_indent = 40;

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string progress_of(const task_tree& tree, std::size_t at) {
  const tree_node& node = tree.nodes[at];
  std::string text;
  if (node.kind == tree_kind::nursery && node.counts.spawned != 0) {
    text += "  " + std::to_string(node.counts.done) + " of " + std::to_string(node.counts.spawned) +
            " done";
    if (node.counts.failed != 0) {
      text += ", " + std::to_string(node.counts.failed) + " failed";
    }
  }
  if (node.progress.done != 0 || node.progress.total != 0) {
    text += "  " + std::to_string(node.progress.done);
    text += node.progress.total != 0 ? "/" + std::to_string(node.progress.total) : "";
  }
  // Of a leaf there is nothing to sum up, and a sum looks at the whole tree.
  const bool may_have = node.progress.total != 0 || !node.kids.empty() || node.counts.spawned != 0;
  if (const auto part = may_have ? weighted_progress(tree, at) : std::nullopt) {
    text += "  " + short_number(100 * *part) + "%";
  }
  return text;
}

std::string row_of(const task_tree& tree, const row& shown) {
  const tree_node& node = tree.nodes[shown.at];
  std::string line = left(to_string(node.state), state_columns);
  line += right(duration(node.age_in_state), age_columns);
  line += right(node.worker != 0 ? "w" + std::to_string(node.worker) : "", worker_columns);
  line += "  " + std::string(2 * std::min(shown.depth, deepest_indent), ' ');
  line += shown.members > 1 ? shown.title : name_of(node);
  if (!node.file.empty()) {
    line += "  " + printable(file_name(node.file)) + ":" + std::to_string(node.line);
  }
  if (shown.members > 1) {
    line += "  " + std::to_string(shown.members) + " children";
  }
  line += progress_of(tree, shown.at);
  if (shown.hidden != 0) {
    line += "  +" + std::to_string(shown.hidden) + " folded";
  }
  if (node.stopping) {
    line += "  stopping";
    line += node.stop_text.empty() ? "" : ": " + printable(node.stop_text.view());
  }
  if (node.left) {
    line += "  " + duration(*node.left) + " left";
  }
  return line;
}

std::string_view word_of(sort_key key) {
  switch (key) {
    case sort_key::age:
      return "age";
    case sort_key::state:
      return "state";
    case sort_key::children:
      return "children";
    case sort_key::tree:
      break;
  }
  return "tree";
}

}  // namespace

std::string hint_for(covey::tracking_level level) {
  return "tracking is at level " + std::string(to_string(level)) +
         ", which shows no tree: start the program with COVEY_TRACKING=full, or call "
         "set_tracking()";
}

std::vector<std::string> header_of(const frame& shown) {
  const task_tree& tree = shown.tree;
  const auto nurseries = std::count_if(tree.nodes.begin(), tree.nodes.end(), [](const auto& node) {
    return node.kind == tree_kind::nursery;
  });
  const std::size_t children = tree.nodes.size() - static_cast<std::size_t>(nurseries);
  std::string whole = "covey-top  " + printable(shown.name) + "  level " +
                      std::string(to_string(tree.level)) + "  nurseries " +
                      std::to_string(nurseries) + "  children " + std::to_string(children);
  if (tree.not_shown != 0) {
    whole += "  not shown " + std::to_string(tree.not_shown);
  }
  std::string work = "workers " + std::to_string(shown.sums.workers) + ", " +
                     std::to_string(shown.sums.sleeping) + " asleep";
  if (shown.speed) {
    work += "  idle " + short_number(100 * shown.speed->idle) + "%  tasks/s " +
            short_number(shown.speed->tasks) + "  steals/s " + short_number(shown.speed->steals);
  } else {
    work += "  idle -  tasks/s -  steals/s -";
  }
  const std::string keys = "sorted by " + std::string(word_of(shown.chosen.key)) +
                           (shown.chosen.grouped ? "" : ", not grouped") +
                           "; t a s c order  g group  enter fold  up down pages  q quit";
  const std::string columns = left("STATE", state_columns) + right("AGE", age_columns) +
                              right("WORKER", worker_columns + 1) + " NAME  SITE  PROGRESS";
  return {whole, work, keys, columns};
}

std::vector<std::string> rows_of(const frame& shown, std::size_t most) {
  const task_tree& tree = shown.tree;
  const std::vector<row> all = rows_in(tree, shown.chosen);
  const std::size_t first = std::min(shown.chosen.first, all.size());
  std::vector<std::string> lines;
  if (tree.level != covey::tracking_level::full && most > 1) {
    lines.push_back(hint_for(tree.level));
    --most;
  }
  const std::size_t rest = all.size() - first;
  const std::size_t room = rest > most && most != 0 ? most - 1 : std::min(most, rest);
  for (std::size_t i = 0; i < room; ++i) {
    lines.push_back(row_of(tree, all[first + i]));
  }
  if (room < rest && most != 0) {
    lines.push_back("… " + std::to_string(rest - room) + " more");
  }
  return lines;
}

screenful screenful_of(const frame& shown, screen_size size) {
  screenful made;
  made.lines = header_of(shown);
  made.headings = made.lines.size() - 1;
  const std::size_t header = made.lines.size();
  made.lines.resize(std::min(made.lines.size(), size.lines));
  const std::vector<std::string> rows = rows_of(shown, size.lines - made.lines.size());
  made.lines.insert(made.lines.end(), rows.begin(), rows.end());
  if (shown.chosen.has_cursor && shown.chosen.cursor >= shown.chosen.first) {
    made.cursor = header + shown.chosen.cursor - shown.chosen.first +
                  (shown.tree.level != covey::tracking_level::full ? 1 : 0);
  }
  for (std::string& line : made.lines) {
    line = clipped(line, size.columns);
  }
  return made;
}

}  // namespace top
