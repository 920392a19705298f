// SPDX-License-Identifier: Apache-2.0
// Numbers that look random and are the same on every machine, in every thread order and in every language.
#pragma once

#include <cstdint>

namespace bench {

/// Every bit of the result depends on every bit of `x`; different arguments give different results.
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e37'79b9'7f4a'7c15U;
  x = (x ^ (x >> 32U)) * 0xd6e8'feb8'6659'fd93U;
  x = (x ^ (x >> 32U)) * 0xd6e8'feb8'6659'fd93U;
  return x ^ (x >> 32U);
}

}  // namespace bench
