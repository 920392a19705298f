// SPDX-License-Identifier: Apache-2.0
// skynet with a nursery per node: nine children are spawned, the last one is called.
#include "harness/in_pool.hpp"
#include "harness/measure.hpp"
#include "skynet/workload.hpp"

#include <covey/covey.hpp>

#include <array>

namespace {

using skynet::fan_out;

/// @returns the sum of the `leaves` numbers from `first` on.
std::uint64_t sum(std::uint64_t first, std::uint64_t leaves) {
  if (leaves == 1) {
    return first;
  }
  const std::uint64_t share = leaves / fan_out;
  covey::nursery kids;
  std::array<covey::future<std::uint64_t>, fan_out - 1> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // NOLINTNEXTLINE(cppcoreguidelines-slicing): a future that may leave the scope is a part of what spawn returns
    parts[i] = kids.spawn([start = first + i * share, share] { return sum(start, share); });
  }
  std::uint64_t total = sum(first + parts.size() * share, share);
  for (auto& part : parts) {
    total += part.get();
  }
  return total;
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_pool(setup.threads, [&] {
    return bench::measure<skynet::problem>(setup,
                                           [](skynet::problem& p) { p.result = sum(0, p.leaves); });
  });
}

const bench::registration<skynet::problem> registered("covey", run);

}  // namespace
