// SPDX-License-Identifier: Apache-2.0
// nqueens as plain calls.
#include "harness/measure.hpp"
#include "nqueens/workload.hpp"

namespace {

template <std::size_t N>
std::uint64_t count(const nqueens::board<N>& board) {
  if (board.full()) {
    return 1;
  }
  std::uint64_t total = 0;
  for (int row = 0; row < static_cast<int>(N); ++row) {
    if (board.safe(row)) {
      total += count(board.with(row));
    }
  }
  return total;
}

void solve(nqueens::problem& p) {
  p.solve([](const auto& board) { return count(board); });
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<nqueens::problem>(setup, solve);
}

const bench::registration<nqueens::problem> registered("serial", run);

}  // namespace
