// SPDX-License-Identifier: Apache-2.0
// nqueens without tasks in tasks: plain calls, and one split for contenders whose tasks cannot wait for others.
#pragma once

#include "nqueens/workload.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nqueens {

template <std::size_t N>
std::uint64_t count_serially(const board<N>& from) {
  if (from.full()) {
    return 1;
  }
  std::uint64_t total = 0;
  for (int row = 0; row < static_cast<int>(N); ++row) {
    if (from.safe(row)) {
      total += count_serially(from.with(row));
    }
  }
  return total;
}

/// @returns the boards with two queens on them, some hundred and fifty: enough that the ends come out even.
template <std::size_t N>
[[nodiscard]] std::vector<board<N>> split(const board<N>& empty) {
  std::vector<board<N>> boards;
  for (int first = 0; first < static_cast<int>(N); ++first) {
    for (int second = 0; second < static_cast<int>(N); ++second) {
      if (empty.with(first).safe(second)) {
        boards.push_back(empty.with(first).with(second));
      }
    }
  }
  return boards;
}

}  // namespace nqueens
