// SPDX-License-Identifier: Apache-2.0
// nqueens split after two queens, a handler of a Boost.Asio thread_pool for each of the boards.
#include "harness/in_asio.hpp"
#include "harness/measure.hpp"
#include "nqueens/split.hpp"

#include <numeric>

namespace {

template <std::size_t N>
std::uint64_t count(const nqueens::board<N>& empty, boost::asio::thread_pool& pool) {
  const std::vector<nqueens::board<N>> boards = nqueens::split(empty);
  std::vector<std::uint64_t> parts(boards.size());
  bench::post_and_wait(pool, boards.size(), [&boards, &parts](std::uint64_t i) {
    parts[i] = nqueens::count_serially(boards[i]);
  });
  return std::accumulate(parts.begin(), parts.end(), std::uint64_t{0});
}

struct posted {
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
      return bench::measure<Problem>(setup, [&pool](Problem& p) {
        p.solve([&pool](const auto& empty) { return count(empty, pool); });
      });
    });
  }
};

const nqueens::registrations<posted> registered("asio");

}  // namespace
