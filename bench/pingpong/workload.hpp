// SPDX-License-Identifier: Apache-2.0
// pingpong: a token goes to and fro; who has it spawns the other player into the same scope and ends. Never more than
// one child is ready, so that this is the price of a spawn from inside a child and of finding that child again, on the
// same thread or on one that was waiting for it.
#pragma once

#include "harness/contender.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pingpong {

class problem {
 public:
  static constexpr std::string_view workload = "pingpong";
  static constexpr bench::sizes sizes{
      .full = 5'000'000,
      .quick = 50'000,
      .warm_up = 1'000,
      .allowed = [](std::uint64_t size) { return 1 <= size && size <= 1'000'000'000; },
      .rule = "1 to 1000000000",
      .counted = {1'000, 11'000}};

  explicit problem(std::uint64_t size) : hops_(size) {}

  /// `Player`, 0 or 1, has the token. Not synchronised: to pass the token is the runtime's task.
  /// @returns whether the other one is to get it
  template <unsigned Player>
  bool hit() {
    hits_[Player] += token_ % 2 == Player ? 1U : 0U;
    ++token_;
    return token_ < hops_;
  }

  [[nodiscard]] std::string text() const { return "pingpong(" + std::to_string(hops_) + ")"; }
  /// The hits of a player whose turn it was.
  [[nodiscard]] std::uint64_t found() const { return hits_[0] + hits_[1]; }
  [[nodiscard]] std::uint64_t expected() const { return hops_; }
  [[nodiscard]] std::uint64_t items() const { return hops_; }

 private:
  std::uint64_t hops_;
  std::uint64_t token_ = 0;
  std::array<std::uint64_t, 2> hits_{};
};

}  // namespace pingpong
