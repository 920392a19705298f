// SPDX-License-Identifier: Apache-2.0
// The tree as text and as a graph.
#include "tracking/tree_text.hpp"

#include "text/printable_text.hpp"
#include "tracking/tree_progress.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace covey::runtime {

namespace {

using std::chrono::nanoseconds;

// "2.31 s", "15.0 ms": three digits, no sign.
[[nodiscard]] std::string length_in_words(nanoseconds length) {
  struct unit {
    double ns;
    const char* name;
  };
  static constexpr std::array<unit, 4> units{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
  const auto ns = static_cast<double>(length.count());
  const unit* fit = &units.back();
  for (const unit& each : units) {
    if (std::abs(ns) >= each.ns) {
      fit = &each;
      break;
    }
  }
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.3g %s", std::abs(ns) / fit->ns, fit->name);
  return text.data();
}

[[nodiscard]] std::string percent(double part) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.0f %%", part * 100);
  return text.data();
}

[[nodiscard]] std::string site_in_words(const tree_node& node) {
  if (node.line == 0) {
    return "unknown place";
  }
  const std::size_t slash = node.file.rfind('/');
  return printable(std::string_view(node.file).substr(slash + 1)) + ":" +  // npos + 1 is 0
         std::to_string(node.line);
}

// "child 'tile 17'", or for an unnamed one "child of f()".
[[nodiscard]] std::string title_of(const tree_node& node) {
  std::string text(node.kind == tree_kind::nursery ? "nursery" : "child");
  if (!node.name.empty()) {
    text += " " + quoted(node.name.view());
  }
  return text;
}

[[nodiscard]] std::string state_of(const tree_node& node) {
  std::string text(to_string(node.state));
  text += " " + length_in_words(node.age_in_state);
  if (node.stopping) {
    text += ", stopping";
    if (node.stop != stop_kind::none) {
      text += " (" + std::string(to_string(node.stop));
      text += node.stop_text.empty() ? ")" : ": " + quoted(node.stop_text.view()) + ")";
    }
  }
  return text;
}

// "3 of 10 done, 1 failed"; empty for a nursery without children.
[[nodiscard]] std::string counts_of(const tree_counts& counts) {
  if (counts.spawned == 0) {
    return {};
  }
  std::string text =
      std::to_string(counts.done) + " of " + std::to_string(counts.spawned) + " done";
  const auto add = [&text](std::uint64_t count, const char* what) {
    if (count != 0) {
      text += ", " + std::to_string(count) + what;
    }
  };
  add(counts.failed, " failed");
  add(counts.stopped, " stopped");
  add(counts.never_started, " never started");
  return text;
}

// What is said of a node, part by part.
[[nodiscard]] std::vector<std::string> parts_of(const tree_node& node, double progress) {
  std::vector<std::string> parts{title_of(node), state_of(node)};
  if (const std::string counts = counts_of(node.counts); !counts.empty()) {
    parts.push_back(counts);
  }
  if (progress >= 0) {
    parts.push_back(percent(progress));
  }
  if (node.left) {
    parts.push_back(node.left->count() < 0 ? "late by " + length_in_words(*node.left)
                                           : length_in_words(*node.left) + " left");
  }
  if (node.worker != 0) {
    parts.push_back("worker " + std::to_string(node.worker));
  }
  parts.push_back(site_in_words(node));
  return parts;
}

[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& each : parts) {
    text += text.empty() ? "" : between;
    text += each;
  }
  return text;
}

}  // namespace

std::string text_of(const task_tree& tree) {
  std::string out = "process " + std::to_string(tree.process) + ", tracking " +
                    std::string(to_string(tree.level)) + ", " + std::to_string(tree.nodes.size()) +
                    " entries\n";
  // Depth by depth along the parents, which come first; `last` says whether a line goes on below a node.
  std::vector<std::string> lead(tree.nodes.size());
  const std::vector<double> progress = progress_of_all(tree);
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const tree_node& node = tree.nodes[i];
    if (node.parent != tree_node::none) {
      const bool last = tree.nodes[node.parent].kids.back() == i;
      out += lead[node.parent] + (last ? "`- " : "|- ");
      lead[i] = lead[node.parent] + (last ? "   " : "|  ");
    }
    out += joined(parts_of(node, progress[i]), ", ") + "\n";
  }
  if (tree.not_shown != 0) {
    out += std::to_string(tree.not_shown) + " children found no room and were not tracked\n";
  }
  return out;
}

std::string graph_of(const task_tree& tree) {
  const std::vector<double> progress = progress_of_all(tree);
  std::string out = "digraph covey {\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const tree_node& node = tree.nodes[i];
    std::string text;
    for (const char c : joined(parts_of(node, progress[i]), "\n")) {
      if (c == '"' || c == '\\') {
        text += '\\';
      }
      text += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    const char* const style = node.kind == tree_kind::nursery ? ", style=rounded" : "";
    out += "  n" + std::to_string(node.id) + " [label=\"" + text + "\"" + style + "];\n";
    if (node.parent != tree_node::none) {
      out += "  n" + std::to_string(tree.nodes[node.parent].id) + " -> n" +
             std::to_string(node.id) + ";\n";
    }
  }
  return out + "}\n";
}

}  // namespace covey::runtime
