// SPDX-License-Identifier: Apache-2.0
// nqueens split after two queens; the boards are shared among a std::async for each thread.
#include "harness/measure.hpp"
#include "harness/with_async.hpp"
#include "nqueens/split.hpp"

#include <numeric>

namespace {

template <std::size_t N>
std::uint64_t count(const nqueens::board<N>& empty, std::size_t threads) {
  const std::vector<nqueens::board<N>> boards = nqueens::split(empty);
  std::vector<std::uint64_t> parts(boards.size());
  bench::with_async(threads, boards.size(), [&boards, &parts](std::uint64_t i) {
    parts[i] = nqueens::count_serially(boards[i]);
  });
  return std::accumulate(parts.begin(), parts.end(), std::uint64_t{0});
}

struct futures {
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::measure<Problem>(setup, [&setup](Problem& p) {
      p.solve([&setup](const auto& empty) { return count(empty, setup.threads); });
    });
  }
};

const nqueens::registrations<futures> registered("async");

}  // namespace
