// SPDX-License-Identifier: Apache-2.0
// fib(n) by its definition, a spawn for every call that is not a leaf: nothing but the cost of spawn and get.
#pragma once

#include "harness/contender.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fib {

class problem {
 public:
  static constexpr std::string_view workload = "fib";
  static constexpr bench::sizes sizes{.full = 36,
                                      .quick = 30,
                                      .warm_up = 20,
                                      .allowed = [](std::uint64_t size) { return size <= 50; },
                                      .rule = "0 to 50",
                                      .counted = {15, 20}};

  explicit problem(std::uint64_t size) : n(static_cast<unsigned>(size)) {}

  unsigned n;
  std::uint64_t result = 0;

  [[nodiscard]] std::string text() const { return "fib(" + std::to_string(n) + ")"; }
  [[nodiscard]] std::uint64_t found() const { return result; }
  [[nodiscard]] std::uint64_t expected() const { return number(n); }
  /// The spawns: one in every call with an argument above 1.
  [[nodiscard]] std::uint64_t items() const { return number(n + 1) - 1; }

 private:
  static std::uint64_t number(unsigned index) {
    std::uint64_t current = 0;
    std::uint64_t next = 1;
    for (unsigned i = 0; i < index; ++i) {
      const std::uint64_t sum = current + next;
      current = next;
      next = sum;
    }
    return current;
  }
};

}  // namespace fib
