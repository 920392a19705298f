// SPDX-License-Identifier: Apache-2.0
// nqueens with a nursery per board and a child for every safe row.
#include "harness/in_pool.hpp"
#include "harness/measure.hpp"
#include "nqueens/workload.hpp"

#include <covey/covey.hpp>

#include <array>

namespace {

template <std::size_t N>
std::uint64_t count(const nqueens::board<N>& board) {
  if (board.full()) {
    return 1;
  }
  covey::nursery kids;
  std::array<covey::future<std::uint64_t>, N> parts;
  std::size_t spawned = 0;
  for (int row = 0; row < static_cast<int>(N); ++row) {
    if (!board.safe(row)) {
      continue;
    }
    // NOLINTNEXTLINE(cppcoreguidelines-slicing): a future that may leave the scope is a part of what spawn returns
    parts[spawned++] = kids.spawn([next = board.with(row)] { return count(next); });
  }
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < spawned; ++i) {
    total += parts[i].get();
  }
  return total;
}

struct nurseries {
  static void solve(nqueens::problem& p) {
    p.solve([](const auto& board) { return count(board); });
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_pool(setup.threads, [&] { return bench::measure<Problem>(setup, solve); });
  }
};

const nqueens::registrations<nurseries> registered("covey");

}  // namespace
