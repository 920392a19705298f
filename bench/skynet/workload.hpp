// SPDX-License-Identifier: Apache-2.0
// skynet: a tree of depth n with ten children at every node sums the numbers of its 10^n leaves.
#pragma once

#include "harness/contender.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace skynet {

inline constexpr std::size_t fan_out = 10;

class problem {
 public:
  static constexpr std::string_view workload = "skynet";
  static constexpr bench::sizes sizes{.full = 7,
                                      .quick = 6,
                                      .warm_up = 4,
                                      .allowed = [](std::uint64_t size) { return size <= 9; },
                                      .rule = "0 to 9",
                                      .counted = {2, 4}};

  explicit problem(std::uint64_t size) : depth(size) {
    for (std::uint64_t level = 0; level < depth; ++level) {
      leaves *= fan_out;
    }
  }

  std::uint64_t depth;
  std::uint64_t leaves = 1;
  std::uint64_t result = 0;

  [[nodiscard]] std::string text() const { return "skynet(" + std::to_string(depth) + ")"; }
  [[nodiscard]] std::uint64_t found() const { return result; }
  [[nodiscard]] std::uint64_t expected() const { return leaves * (leaves - 1) / 2; }
  [[nodiscard]] std::uint64_t items() const { return leaves; }
};

}  // namespace skynet
