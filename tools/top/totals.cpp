// SPDX-License-Identifier: Apache-2.0
// Sums over workers. Each is exact, all of them together are of nearly one moment; nothing here can be less than zero.

#include "totals.hpp"

#include <algorithm>

namespace top {

namespace {

constexpr std::uint32_t foreign_bit = 1;

double difference(std::uint64_t before, std::uint64_t after) noexcept {
  return after > before ? static_cast<double>(after - before) : 0;
}

}  // namespace

totals totals_of(const covey::runtime::tracking_image& image) noexcept {
  totals sum;
  sum.ns = image.now_ns;
  sum.ticks = image.now_ticks;
  for (const covey::runtime::tracking_image::worker& one : image.workers) {
    sum.ran += one.ran;
    sum.steals += one.steals;
    if (one.thread == 0 || (one.kind & foreign_bit) != 0) {
      continue;
    }
    ++sum.workers;
    sum.slept += one.slept;
    if (one.sleeping != 0) {
      ++sum.sleeping;
      const bool known = one.fell_asleep != 0 && one.fell_asleep < image.now_ticks;
      sum.slept += known ? image.now_ticks - one.fell_asleep : 0;
    }
  }
  return sum;
}

std::optional<rates> rates_between(const totals& before, const totals& after) noexcept {
  const double seconds = difference(before.ns, after.ns) / 1e9;
  if (seconds <= 0) {
    return std::nullopt;
  }
  rates result;
  result.tasks = difference(before.ran, after.ran) / seconds;
  result.steals = difference(before.steals, after.steals) / seconds;
  const double time = difference(before.ticks, after.ticks) * static_cast<double>(after.workers);
  if (time > 0) {
    result.idle = std::min(1.0, difference(before.slept, after.slept) / time);
  }
  return result;
}

}  // namespace top
