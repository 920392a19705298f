// SPDX-License-Identifier: Apache-2.0
// flood: one loop makes 100 million children, far more than memory would hold at once; look at the peak.
#pragma once

#include "harness/contender.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace flood {

class problem {
 public:
  static constexpr std::string_view workload = "flood";
  static constexpr bench::sizes sizes{
      .full = 20'000'000,
      .quick = 1'000'000,
      .warm_up = 1'000,
      .allowed = [](std::uint64_t size) { return 1 <= size && size <= 1'000'000'000; },
      .rule = "1 to 1000000000",
      .counted = {1'000, 11'000}};

  explicit problem(std::uint64_t size) : children(size) {}

  std::uint64_t children;

  /// What child `i` does. The sum tells a lost child as well as one that ran twice.
  void visit(std::uint64_t i) {
    shards_[i % shards_.size()].sum.fetch_add(i, std::memory_order_relaxed);
  }

  [[nodiscard]] std::string text() const { return "flood(" + std::to_string(children) + ")"; }
  [[nodiscard]] std::uint64_t found() const {
    std::uint64_t total = 0;
    for (const shard& part : shards_) {
      total += part.sum.load(std::memory_order_relaxed);
    }
    return total;
  }
  [[nodiscard]] std::uint64_t expected() const { return children * (children - 1) / 2; }
  [[nodiscard]] std::uint64_t items() const { return children; }

 private:
  // One line each, so that neighbouring children on different threads do not share one.
  struct alignas(64) shard {
    // Part of the sum.
    //   written  by children, any thread. read by found(), after the join.
    //   order    relaxed: the join orders the children before the reader.
    std::atomic<std::uint64_t> sum{0};
  };
  std::array<shard, 64> shards_{};
};

}  // namespace flood
