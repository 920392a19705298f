// SPDX-License-Identifier: Apache-2.0
// nqueens as plain calls.
#include "harness/measure.hpp"
#include "harness/registrations.hpp"
#include "nqueens/split.hpp"

namespace {

struct plain {
  static void solve(nqueens::problem& p) {
    p.solve([](const auto& board) { return nqueens::count_serially(board); });
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::measure<Problem>(setup, solve);
  }
};

const bench::registrations<plain, nqueens::problem, nqueens::crowded> registered("serial");

}  // namespace
