// SPDX-License-Identifier: Apache-2.0
// Sorting, grouping and folding; no row is made into text here.

#include "rows.hpp"

#include "text/printable_text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace top {

namespace {

using covey::task_tree;
using covey::tree_kind;
using covey::tree_node;
using covey::tree_state;

constexpr std::size_t least_of_a_group = 3;

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

bool comes_before(const tree_node& a, const tree_node& b, sort_key key) {
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
  return a.state != tree_state::queued && b.state == tree_state::queued;
}

std::vector<std::size_t> sorted(const task_tree& tree,
                                std::vector<std::size_t> kids,
                                sort_key key) {
  // Equal ones stay in the order of the tree.
  std::stable_sort(kids.begin(), kids.end(), [&](std::size_t a, std::size_t b) {
    return comes_before(tree.nodes[a], tree.nodes[b], key);
  });
  return kids;
}

/// "page 17 of it" is "page ", 17, " of it".
struct numbered_name {
  std::string_view before;
  std::optional<std::uint64_t> number;
  std::string_view after;
};

numbered_name parts_of(std::string_view name) {
  constexpr std::string_view digits = "0123456789";
  constexpr std::size_t most_digits = 18;
  const std::size_t last = name.find_last_of(digits);
  if (last == std::string_view::npos) {
    return {name, std::nullopt, {}};
  }
  const std::size_t first = name.find_last_not_of(digits, last) + 1;  // npos + 1 is 0
  if (last - first >= most_digits) {
    return {name, std::nullopt, {}};
  }
  std::uint64_t number = 0;
  for (const char digit : name.substr(first, last + 1 - first)) {
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return {name.substr(0, first), number, name.substr(last + 1)};
}

/// @returns what equal children have in common; empty: it stays alone.
std::string group_of(const task_tree& tree, const tree_node& node) {
  if (node.kind != tree_kind::child || node.state != tree_state::queued || !node.kids.empty()) {
    return {};
  }
  const numbered_name name = parts_of(node.name.view());
  std::string key =
      std::to_string(node.parent != tree_node::none ? tree.nodes[node.parent].id : 0) +
      (node.stopping ? "s" : "");
  for (const std::string_view part : {name.before, name.after, std::string_view(node.file)}) {
    key += '\n';
    key += part;
  }
  return key + (name.number ? "\n#" : "\n") + std::to_string(node.line);
}

struct group {
  std::size_t members = 0;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

std::string title_of(const tree_node& first, const group& all) {
  const numbered_name name = parts_of(first.name.view());
  if (!name.number) {
    return name_of(first);
  }
  return covey::runtime::printable(std::string(name.before) + std::to_string(all.least)) + " … " +
         covey::runtime::printable(std::to_string(all.most) + std::string(name.after));
}

/// The groups among the kids of one node, by what they have in common.
std::map<std::string, group> groups_in(const task_tree& tree,
                                       const std::vector<std::size_t>& kids) {
  std::map<std::string, group> groups;
  for (const std::size_t kid : kids) {
    const std::string key = group_of(tree, tree.nodes[kid]);
    if (key.empty()) {
      continue;
    }
    const std::uint64_t number = parts_of(tree.nodes[kid].name.view()).number.value_or(0);
    group& of = groups.try_emplace(key, group{0, number, number}).first->second;
    ++of.members;
    of.least = std::min(of.least, number);
    of.most = std::max(of.most, number);
  }
  return groups;
}

class row_maker {
 public:
  row_maker(const task_tree& tree, const selection& chosen) : tree_(tree), chosen_(chosen) {}

  /// Without recursion: trees may be deep.
  std::vector<row> make() {
    push(tree_.roots, 0);
    while (!stack_.empty()) {
      row next = std::move(stack_.back());
      stack_.pop_back();
      const tree_node& node = tree_.nodes[next.at];
      const std::vector<std::size_t>& kids = node.kids;
      if (!kids.empty() && chosen_.folded.contains(node.id)) {
        next.hidden = below(next.at);
      }
      const bool open = next.hidden == 0;
      const std::size_t depth = next.depth + 1;
      rows_.push_back(std::move(next));
      if (open) {
        push(kids, depth);
      }
    }
    return std::move(rows_);
  }

 private:
  void push(const std::vector<std::size_t>& kids, std::size_t depth) {
    if (kids.empty()) {
      return;
    }
    std::map<std::string, group> groups;
    if (chosen_.grouped && kids.size() >= least_of_a_group) {
      groups = groups_in(tree_, kids);
    }
    std::vector<row> fresh;
    for (const std::size_t kid : sorted(tree_, kids, chosen_.key)) {
      const auto found =
          groups.empty() ? groups.end() : groups.find(group_of(tree_, tree_.nodes[kid]));
      if (found == groups.end() ||
          (found->second.members != 0 && found->second.members < least_of_a_group)) {
        fresh.push_back({kid, depth});
      } else if (chosen_.opened.contains(found->first)) {
        fresh.push_back({kid, depth, 1, 0, {}, found->first});
      } else if (found->second.members != 0) {
        fresh.push_back({kid,
                         depth,
                         found->second.members,
                         0,
                         title_of(tree_.nodes[kid], found->second),
                         found->first});
        found->second.members = 0;  // the others are shown by it
      }
    }
    std::move(fresh.rbegin(), fresh.rend(), std::back_inserter(stack_));
  }

  [[nodiscard]] std::size_t below(std::size_t at) const {
    std::size_t count = 0;
    std::vector<std::size_t> open = tree_.nodes[at].kids;
    while (!open.empty()) {
      const std::size_t next = open.back();
      open.pop_back();
      ++count;
      open.insert(open.end(), tree_.nodes[next].kids.begin(), tree_.nodes[next].kids.end());
    }
    return count;
  }

  const task_tree& tree_;
  const selection& chosen_;
  std::vector<row> stack_;
  std::vector<row> rows_;
};

}  // namespace

std::vector<row> rows_in(const task_tree& tree, const selection& chosen) {
  return row_maker(tree, chosen).make();
}

std::string name_of(const tree_node& node) {
  const std::string name = covey::runtime::printable(node.name.view());
  if (node.kind == tree_kind::nursery) {
    return name.empty() ? "[nursery]" : "[" + name + "]";
  }
  return name.empty() ? "child" : name;
}

void fold(selection& chosen, const task_tree& tree, const row& at) {
  if (!at.group.empty()) {
    if (!chosen.opened.insert(at.group).second) {
      chosen.opened.erase(at.group);
    }
    return;
  }
  const tree_node& node = tree.nodes[at.at];
  if (!node.kids.empty() && !chosen.folded.insert(node.id).second) {
    chosen.folded.erase(node.id);
  }
}

void keep_in_sight(selection& chosen, std::size_t rows, std::size_t room) {
  chosen.cursor = std::min(chosen.cursor, rows == 0 ? 0 : rows - 1);
  if (rows <= room || room == 0) {
    chosen.first = 0;
    return;
  }
  // One line says how many more there are.
  const std::size_t shown = std::max<std::size_t>(room - 1, 1);
  chosen.first = std::clamp(
      chosen.first, chosen.cursor >= shown ? chosen.cursor - shown + 1 : 0, chosen.cursor);
  chosen.first = std::min(chosen.first, rows - shown);
}

}  // namespace top
