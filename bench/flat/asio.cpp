// SPDX-License-Identifier: Apache-2.0
// flat as handlers posted to a Boost.Asio thread_pool; the loop that posts them is a handler too, on one of its threads.
#include "flat/workload.hpp"
#include "harness/in_asio.hpp"
#include "harness/measure.hpp"

namespace {

void fill(flat::problem& p, boost::asio::thread_pool& pool) {
  // One for each child, and one for the loop, which looks at the problem after its last post.
  std::latch finished(static_cast<std::ptrdiff_t>(p.cells.size()) + 1);
  boost::asio::post(pool, [&p, &pool, &finished] {
    for (std::uint64_t i = 0; i < p.cells.size(); ++i) {
      boost::asio::post(pool, [&p, &finished, i] {
        p.cells[i] = flat::problem::mark(i);
        finished.count_down();
      });
    }
    finished.count_down();
  });
  finished.wait();
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
    return bench::measure<flat::problem>(setup, [&pool](flat::problem& p) { fill(p, pool); });
  });
}

const bench::registration<flat::problem> registered("asio", run);

}  // namespace
