// SPDX-License-Identifier: Apache-2.0
// nqueens with a nursery per board and a child for every safe row.
#include "harness/in_pool.hpp"
#include "harness/measure.hpp"
#include "nqueens/workload.hpp"

#include <covey/covey.hpp>

namespace {

template <std::size_t N>
std::uint64_t count(const nqueens::board<N>& board);

// A child for every safe row from `row` on. They are taken last first, as the calls return.
template <std::size_t N>
std::uint64_t count_from(int row, const nqueens::board<N>& board, covey::nursery& kids) {
  while (row < static_cast<int>(N) && !board.safe(row)) {
    ++row;
  }
  if (row == static_cast<int>(N)) {
    return 0;
  }
  auto here = kids.spawn([next = board.with(row)] { return count(next); });
  const std::uint64_t others = count_from(row + 1, board, kids);
  return here.get() + others;
}

template <std::size_t N>
std::uint64_t count(const nqueens::board<N>& board) {
  if (board.full()) {
    return 1;
  }
  covey::nursery kids;
  return count_from(0, board, kids);
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
