// SPDX-License-Identifier: Apache-2.0
// uts: counts the nodes of a tree that nobody knows beforehand; half of its subtrees end at once, some are huge.
#pragma once

#include "harness/contender.hpp"
#include "harness/mix64.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace uts {

inline constexpr std::size_t most_children = 16;

/// A node is its random number; whoever visits a child makes the child's, which is the work of a visit.
class node {
 public:
  [[nodiscard]] static node root() { return node(root_state, 0); }

  /// A geometric distribution of mean 2, cut off at `most_children`; none at depth `limit`.
  [[nodiscard]] std::size_t children(std::uint32_t limit) const {
    if (depth_ == limit) {
      return 0;
    }
    constexpr std::uint64_t two_thirds = (std::uint64_t{1} << 33U) / 3;
    const std::uint64_t drawn = state_ >> 32U;
    std::size_t count = 0;
    for (std::uint64_t bound = two_thirds; drawn < bound && count < most_children; ++count) {
      bound = (bound * two_thirds) >> 32U;
    }
    return count;
  }

  [[nodiscard]] node child(std::size_t index) const {
    std::uint64_t state = state_ + index;
    for (int round = 0; round < rounds; ++round) {
      state = bench::mix64(state);
    }
    return node(state, depth_ + 1);
  }

 private:
  // So small that the root gets all the children that a node may have.
  static constexpr std::uint64_t root_state = 1;
  static constexpr int rounds = 16;

  node(std::uint64_t state, std::uint32_t depth) : state_(state), depth_(depth) {}

  std::uint64_t state_;
  std::uint32_t depth_;
};

class problem {
 public:
  static constexpr std::string_view workload = "uts";
  static constexpr std::uint64_t least = 1;
  static constexpr std::uint64_t most = 24;
  static constexpr bench::sizes sizes{
      .full = 19,
      .quick = 15,
      .warm_up = 10,
      .allowed = [](std::uint64_t size) { return least <= size && size <= most; },
      .rule = "1 to 24",
      .counted = {3, 10}};

  explicit problem(std::uint64_t size) : limit(static_cast<std::uint32_t>(size)) {}

  std::uint32_t limit;  ///< the depth of the tree
  std::uint64_t result = 0;

  [[nodiscard]] std::string text() const { return "uts(" + std::to_string(limit) + ")"; }
  [[nodiscard]] std::uint64_t found() const { return result; }
  [[nodiscard]] std::uint64_t expected() const {
    constexpr std::array<std::uint64_t, most - least + 1> known{
        17,        58,         113,        231,        476,         952,
        1'969,     3'945,      8'119,      16'328,     32'776,      65'667,
        131'273,   262'314,    523'019,    1'042'549,  2'077'395,   4'143'871,
        8'268'520, 16'505'503, 32'963'971, 65'839'480, 131'481'658, 262'570'768};
    return known[limit - least];
  }
  [[nodiscard]] std::uint64_t items() const { return expected(); }
};

}  // namespace uts
