// SPDX-License-Identifier: Apache-2.0
// A workload without work, for the tests of the driver.
#pragma once

#include "harness/contender.hpp"

namespace selftest {

struct problem {
  static constexpr std::string_view workload = "selftest";
  static constexpr bench::sizes sizes{.full = 2,
                                      .quick = 1,
                                      .warm_up = 1,
                                      .allowed = [](std::uint64_t size) { return size <= 9; },
                                      .rule = "0 to 9"};
};

}  // namespace selftest
