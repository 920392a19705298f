// SPDX-License-Identifier: Apache-2.0
// flat: one loop spawns many tiny children and keeps no future; each writes its own cell.
#pragma once

#include "harness/contender.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace flat {

class problem {
 public:
  static constexpr std::string_view workload = "flat";
  static constexpr bench::sizes sizes{
      .full = 1'000'000,
      .quick = 100'000,
      .warm_up = 10'000,
      .allowed = [](std::uint64_t size) { return 1 <= size && size <= 100'000'000; },
      .rule = "1 to 100000000",
      .counted = {1'000, 11'000}};

  explicit problem(std::uint64_t size) : cells(size, 0) {}

  std::vector<std::uint32_t> cells;

  /// What child `i` writes.
  [[nodiscard]] static std::uint32_t mark(std::uint64_t i) {
    return static_cast<std::uint32_t>(i * 2'654'435'761U) | 1U;
  }

  [[nodiscard]] std::string text() const { return "flat(" + std::to_string(cells.size()) + ")"; }
  [[nodiscard]] std::uint64_t found() const {
    std::uint64_t right = 0;
    for (std::uint64_t i = 0; i < cells.size(); ++i) {
      right += cells[i] == mark(i) ? 1U : 0U;
    }
    return right;
  }
  [[nodiscard]] std::uint64_t expected() const { return cells.size(); }
  [[nodiscard]] std::uint64_t items() const { return cells.size(); }
};

}  // namespace flat
