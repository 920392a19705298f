// SPDX-License-Identifier: Apache-2.0
// Only what fits is made into text, so that a tree of a million children costs no more than its snapshot.

#include "view.hpp"

#include "printable_text.hpp"
#include "text.hpp"

#include <algorithm>
#include <string_view>

namespace top {

namespace {

using covey::task_tree;
using covey::tree_kind;
using covey::tree_node;
using covey::tree_state;
using covey::runtime::printable;

constexpr std::size_t state_columns = 9;
constexpr std::size_t age_columns = 7;
constexpr std::size_t worker_columns = 6;
constexpr std::size_t deepest_indent = 40;

/// What is worth looking at first.
int rank(tree_state state) {
  switch (state) {
    case tree_state::blocking:
      return 0;
    case tree_state::running:
      return 1;
    case tree_state::waiting:
      return 2;
    case tree_state::queued:
      break;
  }
  return 3;
}

std::vector<std::size_t> sorted(const task_tree& tree,
                                std::vector<std::size_t> kids,
                                sort_key key) {
  const auto less = [&tree, key](std::size_t left, std::size_t right) {
    const tree_node& a = tree.nodes[left];
    const tree_node& b = tree.nodes[right];
    switch (key) {
      case sort_key::age:
        return a.age_in_state > b.age_in_state;
      case sort_key::state:
        return rank(a.state) < rank(b.state);
      case sort_key::children:
        return a.kids.size() > b.kids.size();
      case sort_key::tree:
        break;
    }
    return false;
  };
  if (key != sort_key::tree) {
    // Equal ones stay in the order of the tree.
    std::sort(kids.begin(), kids.end(), [&less](std::size_t a, std::size_t b) {
      return less(a, b) || (!less(b, a) && a < b);
    });
  }
  return kids;
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string name_of(const tree_node& node) {
  const std::string name = printable(node.name.view());
  if (node.kind == tree_kind::nursery) {
    return name.empty() ? "[nursery]" : "[" + name + "]";
  }
  return name.empty() ? "child" : name;
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

std::string row_of(const task_tree& tree, std::size_t at, std::size_t depth) {
  const tree_node& node = tree.nodes[at];
  std::string line = left(to_string(node.state), state_columns);
  line += right(short_time(node.age_in_state), age_columns);
  line += right(node.worker != 0 ? "w" + std::to_string(node.worker) : "", worker_columns);
  line += "  " + std::string(2 * std::min(depth, deepest_indent), ' ') + name_of(node);
  if (!node.file.empty()) {
    line += "  " + printable(file_name(node.file)) + ":" + std::to_string(node.line);
  }
  line += progress_of(tree, at);
  if (node.stopping) {
    line += "  stopping";
    line += node.stop_text.empty() ? "" : ": " + printable(node.stop_text.view());
  }
  if (node.left) {
    line += "  " + short_time(*node.left) + " left";
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
  const std::string keys = "sorted by " + std::string(word_of(shown.key)) +
                           "; t tree  a age  s state  c children  q quit";
  const std::string columns = left("STATE", state_columns) + right("AGE", age_columns) +
                              right("WORKER", worker_columns + 1) + " NAME  SITE  PROGRESS";
  return {whole, work, keys, columns};
}

std::vector<std::string> rows_of(const frame& shown, std::size_t most) {
  struct pending {
    std::size_t at;
    std::size_t depth;
  };
  const task_tree& tree = shown.tree;
  std::vector<std::string> rows;
  std::vector<pending> stack;
  const auto push = [&](const std::vector<std::size_t>& kids, std::size_t depth) {
    const std::vector<std::size_t> order = sorted(tree, kids, shown.key);
    for (auto kid = order.rbegin(); kid != order.rend(); ++kid) {
      stack.push_back({*kid, depth});
    }
  };
  push(tree.roots, 0);
  const std::size_t room = tree.nodes.size() > most && most != 0 ? most - 1 : most;
  while (!stack.empty() && rows.size() < room) {
    const pending next = stack.back();
    stack.pop_back();
    rows.push_back(row_of(tree, next.at, next.depth));
    push(tree.nodes[next.at].kids, next.depth + 1);
  }
  if (rows.size() < tree.nodes.size() && most != 0) {
    rows.push_back("… " + std::to_string(tree.nodes.size() - rows.size()) + " more");
  }
  if (tree.nodes.empty() && tree.level != covey::tracking_level::full && most != 0) {
    rows.emplace_back("no tree at this level: set COVEY_TRACKING=full, or call set_tracking()");
  }
  return rows;
}

std::vector<std::string> screenful(const frame& shown, screen_size size) {
  std::vector<std::string> lines = header_of(shown);
  lines.resize(std::min(lines.size(), size.lines));
  std::vector<std::string> rows = rows_of(shown, size.lines - lines.size());
  lines.insert(lines.end(), rows.begin(), rows.end());
  for (std::string& line : lines) {
    line = clipped(line, size.columns);
  }
  return lines;
}

}  // namespace top
