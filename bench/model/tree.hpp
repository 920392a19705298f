// SPDX-License-Identifier: Apache-2.0
// Fork-join programs as trees of kinds: how many children a call spawns, of which kind, and what each step costs.
#pragma once

#include "model/costs.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace model {

/// A call: begins, spawns all its children, calls one more itself, gets the children, ends.
struct kind {
  static constexpr std::size_t none = ~std::size_t{0};

  std::uint64_t spawns = 0;
  std::size_t spawned = none;  ///< kind of the children
  std::size_t called = none;   ///< kind of the call in the body; none: there is no such call
  bool in_order = true;  ///< children are got one by one, first to last; else joined, last to first
  picoseconds before = 0;   ///< work before the first spawn
  picoseconds alone = 0;    ///< the whole subtree on one worker
  std::uint64_t tasks = 0;  ///< spawns in the whole subtree
};

/// Children of a call that is got in order are at most so many.
inline constexpr std::uint64_t most_in_order = 64;

struct tree {
  std::string name;
  std::vector<kind> kinds;  ///< a kind is made of kinds before it
  picoseconds spawn = 0;
  picoseconds get = 0;

  [[nodiscard]] const kind& root() const { return kinds.back(); }
};

struct tree_maker {
  std::string_view name;
  std::uint64_t full;  ///< default size
  std::uint64_t quick;
  std::uint64_t least;
  std::uint64_t most;
  tree (*make)(std::uint64_t size, const costs& prices);
  double costs::*task;  ///< the cost of a task of this program
};

/// fib, skynet, flat.
[[nodiscard]] const std::vector<tree_maker>& tree_makers();
[[nodiscard]] const tree_maker* find_tree(std::string_view name);

}  // namespace model
