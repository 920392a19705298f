// SPDX-License-Identifier: Apache-2.0
// flat as a plain loop.
#include "flat/workload.hpp"
#include "harness/measure.hpp"

namespace {

void fill(flat::problem& p) {
  for (std::uint64_t i = 0; i < p.cells.size(); ++i) {
    p.cells[i] = flat::problem::mark(i);
  }
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<flat::problem>(setup, fill);
}

const bench::registration<flat::problem> registered("serial", run);

}  // namespace
