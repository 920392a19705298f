// SPDX-License-Identifier: Apache-2.0
// A workload without work, for the tests of the driver.
#pragma once

#include "harness/contender.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace selftest {

class problem {
 public:
  static constexpr std::string_view workload = "selftest";
  static constexpr bench::sizes sizes{.full = 2,
                                      .quick = 1,
                                      .warm_up = 1,
                                      .allowed = [](std::uint64_t size) { return size <= 9; },
                                      .rule = "0 to 9"};

  explicit problem(std::uint64_t size) : size_(size) {}

  [[nodiscard]] static std::string text() { return "selftest"; }
  [[nodiscard]] std::uint64_t expected() const { return size_; }
  [[nodiscard]] static std::uint64_t items() { return 1; }

 private:
  std::uint64_t size_;
};

}  // namespace selftest
