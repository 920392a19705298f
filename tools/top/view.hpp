// SPDX-License-Identifier: Apache-2.0
// What stands on the screen: some lines about the whole, then the tree, cut to the room there is.
#pragma once

#include "rows.hpp"
#include "totals.hpp"

#include <covey/tracking.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace top {

struct screen_size {
  std::size_t columns = 80;
  std::size_t lines = 24;
};

struct frame {
  const std::string& name;
  const covey::task_tree& tree;
  const totals& sums;
  const std::optional<rates>& speed;
  const selection& chosen;
};

/// @returns what to do for a tree, at a level below full.
[[nodiscard]] std::string hint_for(covey::tracking_level level);
/// The first lines, up to the headings of the columns, which are the last of them.
[[nodiscard]] std::vector<std::string> header_of(const frame& shown);
/// @returns the rows from chosen.first on; if not all of the others fit into `most`, the last line says how many more there are.
[[nodiscard]] std::vector<std::string> rows_of(const frame& shown, std::size_t most);

/// Header and rows as they fit; no line is longer than the screen is wide.
struct screenful {
  std::vector<std::string> lines;
  std::size_t headings = 0;                // the line with the names of the columns
  std::optional<std::size_t> cursor = {};  // the line that the cursor is on
};
[[nodiscard]] screenful screenful_of(const frame& shown, screen_size size);

}  // namespace top
