// SPDX-License-Identifier: Apache-2.0
// flood as a plain loop: the cost of what the children do.
#include "flood/workload.hpp"
#include "harness/measure.hpp"

namespace {

void pour(flood::problem& p) {
  for (std::uint64_t i = 0; i < p.children; ++i) {
    p.visit(i);
  }
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<flood::problem>(setup, pour);
}

const bench::registration<flood::problem> registered("serial", run);

}  // namespace
