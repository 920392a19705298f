// SPDX-License-Identifier: Apache-2.0
// What the workers have done altogether, and how much of it between two looks.
#pragma once

#include "tracking/tracking_image.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace top {

struct totals {
  std::uint64_t ns = 0;
  std::uint64_t ticks = 0;
  std::uint64_t ran = 0;
  std::uint64_t steals = 0;
  std::uint64_t slept = 0;  // ticks, those who sleep now included
  std::size_t workers = 0;  // those of pools, with a thread
  std::size_t sleeping = 0;
};

struct rates {
  double tasks = 0;   // a second
  double steals = 0;  // a second
  double idle = 0;    // of all workers, 0 … 1
};

[[nodiscard]] totals totals_of(const covey::runtime::tracking_image& image) noexcept;
/// @returns nothing where no time has passed.
[[nodiscard]] std::optional<rates> rates_between(const totals& before,
                                                 const totals& after) noexcept;

}  // namespace top
