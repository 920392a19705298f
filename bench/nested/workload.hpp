// SPDX-License-Identifier: Apache-2.0
// nested: a binary tree in which every task opens a scope of its own, spawns both children into it and works meanwhile.
#pragma once

#include "harness/chew.hpp"
#include "harness/contender.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace nested {

class problem {
 public:
  static constexpr std::string_view workload = "nested";
  static constexpr bench::sizes sizes{.full = 21,
                                      .quick = 14,
                                      .warm_up = 8,
                                      .allowed = [](std::uint64_t size) { return size <= 24; },
                                      .rule = "0 to 24",
                                      .counted = {5, 10}};

  explicit problem(std::uint64_t size) : depth(size) {}

  std::uint64_t depth;
  std::uint64_t result = 0;

  /// What a task adds: about 100 ns. The root is at place 1, the children of place p at 2p and 2p + 1. The seeds repeat,
  /// so that the answer can be checked without doing all the work again.
  [[nodiscard]] static std::uint64_t work(std::uint64_t place) {
    return bench::chew(place % seeds + 1, steps) + place;
  }

  [[nodiscard]] std::string text() const { return "nested(" + std::to_string(depth) + ")"; }
  [[nodiscard]] std::uint64_t found() const { return result; }
  [[nodiscard]] std::uint64_t expected() const {
    std::array<std::uint64_t, seeds> known{};
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      known[seed] = bench::chew(seed + 1, steps);
    }
    std::uint64_t sum = 0;
    for (std::uint64_t place = 1; place <= items(); ++place) {
      sum += known[place % seeds] + place;
    }
    return sum;
  }
  /// The tasks, and as many scopes.
  [[nodiscard]] std::uint64_t items() const { return (std::uint64_t{2} << depth) - 1; }

 private:
  static constexpr std::uint64_t seeds = 64;
  static constexpr std::uint32_t steps = 80;
};

}  // namespace nested
