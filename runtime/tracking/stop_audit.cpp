// SPDX-License-Identifier: Apache-2.0
// How long children run without a look for their stop, by the site of their spawn.
#include "tracking/stop_audit.hpp"

#include "observe/tracking_entries.hpp"

#include <algorithm>
#include <tuple>

namespace covey::runtime {

std::vector<stop_granularity> longest_gaps() {
  renew_clock();
  std::vector<stop_granularity> all;
  const std::uint32_t site_count = covey_tracking_map.site_count.load(std::memory_order_acquire);
  for (std::uint32_t i = 1; i < site_count; ++i) {
    const site_entry& entry = site_at(i);
    const std::uint64_t longest = entry.longest_gap.load(std::memory_order_relaxed);
    if (longest != 0) {
      all.push_back({entry.file.load(std::memory_order_relaxed),
                     entry.function.load(std::memory_order_relaxed),
                     entry.line.load(std::memory_order_relaxed),
                     length_of(longest)});
    }
  }
  // Those that run now.
  for (const tree_node& each : snapshot().nodes) {
    if (each.kind != tree_kind::child || each.state == tree_state::queued || each.line == 0) {
      continue;
    }
    const auto known = std::find_if(all.begin(), all.end(), [&](const stop_granularity& one) {
      return std::tie(one.line, one.file, one.function) ==
             std::tie(each.line, each.file, each.function);
    });
    if (known == all.end()) {
      all.push_back({each.file, each.function, each.line, each.unchecked});
    } else {
      known->longest = std::max(known->longest, each.unchecked);
    }
  }
  std::sort(all.begin(), all.end(), [](const stop_granularity& a, const stop_granularity& b) {
    return a.longest > b.longest;
  });
  return all;
}

void forget_gaps() noexcept {
  const std::uint32_t site_count = covey_tracking_map.site_count.load(std::memory_order_acquire);
  for (std::uint32_t i = 1; i < site_count; ++i) {
    site_at(i).longest_gap.store(0, std::memory_order_relaxed);
  }
}

}  // namespace covey::runtime
