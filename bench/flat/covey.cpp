// SPDX-License-Identifier: Apache-2.0
// flat as run() into one nursery.
#include "flat/workload.hpp"
#include "harness/in_pool.hpp"
#include "harness/measure.hpp"

#include <covey/covey.hpp>

namespace {

void fill(flat::problem& p) {
  covey::nursery kids;
  for (std::uint64_t i = 0; i < p.cells.size(); ++i) {
    kids.run([&p, i] { p.cells[i] = flat::problem::mark(i); });
  }
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_pool(setup.threads, [&] { return bench::measure<flat::problem>(setup, fill); });
}

const bench::registration<flat::problem> registered("covey", run);

}  // namespace
