// SPDX-License-Identifier: Apache-2.0
// matmul without tasks in tasks: plain calls, and stages for contenders whose tasks cannot wait for others.
#pragma once

#include "matmul/workload.hpp"

#include <array>
#include <cstddef>

namespace matmul {

inline void multiply_serially(const product& whole) {
  if (whole.n <= leaf) {
    multiply_leaf(whole);
    return;
  }
  for (const phase& parts : phases(whole)) {
    for (const product& part : parts) {
      multiply_serially(part);
    }
  }
}

/// Products that may run at the same time: they write different sixteenths of `out`.
using stage = std::array<product, 16>;

/// @returns the stages of a product by quarters of quarters, to be run one after the other.
[[nodiscard]] inline std::array<stage, 4> stages(const product& whole) {
  std::array<stage, 4> all{};
  const std::array<phase, 2> outer = phases(whole);
  for (std::size_t at = 0; at < all.size(); ++at) {
    for (std::size_t i = 0; i < all[at].size(); ++i) {
      all[at][i] = phases(outer[at / 2][i / 4])[at % 2][i % 4];
    }
  }
  return all;
}

}  // namespace matmul
