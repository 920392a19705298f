// SPDX-License-Identifier: Apache-2.0
// What stands on the screen: some lines about the whole, then the tree, cut to the room there is.
#pragma once

#include "totals.hpp"

#include <covey/tracking.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace top {

/// How the kids of a node follow each other.
enum class sort_key { tree, age, state, children };

struct screen_size {
  std::size_t columns = 80;
  std::size_t lines = 24;
};

struct frame {
  const std::string& name;
  const covey::task_tree& tree;
  const totals& sums;
  const std::optional<rates>& speed;
  sort_key key = sort_key::tree;
};

/// The first lines, up to the headings of the columns, which are the last of them.
[[nodiscard]] std::vector<std::string> header_of(const frame& shown);
/// @returns one line a node, parents before their kids; if there are more than `most`, the last line says how many.
[[nodiscard]] std::vector<std::string> rows_of(const frame& shown, std::size_t most);
/// @returns header and rows as they fit; no line is longer than the screen is wide.
[[nodiscard]] std::vector<std::string> screenful(const frame& shown, screen_size size);

}  // namespace top
