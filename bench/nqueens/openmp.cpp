// SPDX-License-Identifier: Apache-2.0
// nqueens with an OpenMP task for every safe row.
#include "harness/in_team.hpp"
#include "harness/measure.hpp"
#include "nqueens/workload.hpp"

#include <array>

namespace {

template <std::size_t N>
std::uint64_t count(const nqueens::board<N>& board) {
  if (board.full()) {
    return 1;
  }
  std::array<std::uint64_t, N> parts{};
  std::size_t spawned = 0;
  for (int row = 0; row < static_cast<int>(N); ++row) {
    if (!board.safe(row)) {
      continue;
    }
    const std::size_t slot = spawned++;
    const nqueens::board<N> next = board.with(row);
#pragma omp task default(none) shared(parts) firstprivate(slot, next)
    parts[slot] = count(next);
  }
#pragma omp taskwait
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < spawned; ++i) {
    total += parts[i];
  }
  return total;
}

struct tasks {
  static void solve(nqueens::problem& p) {
    p.solve([](const auto& board) { return count(board); });
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_team(setup.threads, [&] { return bench::measure<Problem>(setup, solve); });
  }
};

const nqueens::registrations<tasks> registered("openmp");

}  // namespace
