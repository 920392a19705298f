// SPDX-License-Identifier: Apache-2.0
// nqueens with a oneTBB task_group per board.
#include "harness/in_arena.hpp"
#include "harness/measure.hpp"
#include "nqueens/workload.hpp"

#include <oneapi/tbb/task_group.h>

#include <array>

namespace {

template <std::size_t N>
std::uint64_t count(const nqueens::board<N>& board) {
  if (board.full()) {
    return 1;
  }
  std::array<std::uint64_t, N> parts{};
  std::size_t spawned = 0;
  tbb::task_group group;
  for (int row = 0; row < static_cast<int>(N); ++row) {
    if (!board.safe(row)) {
      continue;
    }
    group.run([&part = parts[spawned++], next = board.with(row)] { part = count(next); });
  }
  group.wait();
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < spawned; ++i) {
    total += parts[i];
  }
  return total;
}

struct task_groups {
  static void solve(nqueens::problem& p) {
    p.solve([](const auto& board) { return count(board); });
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_arena(setup.threads, [&] { return bench::measure<Problem>(setup, solve); });
  }
};

const nqueens::registrations<task_groups> registered("tbb");

}  // namespace
