// SPDX-License-Identifier: Apache-2.0
// The items of a loop in contiguous pieces, for contenders that leave the splitting to their users.
#pragma once

#include <cstddef>
#include <cstdint>

namespace loops {

/// So that none of the threads is the last for long.
constexpr std::size_t pieces_a_thread = 16;

/// Items `begin` to `end`, without `end`.
struct piece {
  std::uint32_t begin;
  std::uint32_t end;
};

/// @returns piece number `i` of `pieces`, whose lengths differ by one at most.
[[nodiscard]] inline piece piece_of(std::uint32_t items, std::size_t i, std::size_t pieces) {
  const auto cut = [&](std::size_t at) {
    return static_cast<std::uint32_t>(std::uint64_t{items} * at / pieces);
  };
  return {cut(i), cut(i + 1)};
}

template <class Problem>
void work_on(Problem& p, const piece& part) {
  for (std::uint32_t i = part.begin; i != part.end; ++i) {
    p.results[i] = Problem::work(i);
  }
}

}  // namespace loops
