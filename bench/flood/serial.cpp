// SPDX-License-Identifier: Apache-2.0
// flood as a plain loop: the cost of what the children do.
#include "flood/workload.hpp"
#include "harness/solver.hpp"

namespace {

void pour(flood::problem& p) {
  for (std::uint64_t i = 0; i < p.children; ++i) {
    p.visit(i);
  }
}

const bench::solver<flood::problem, pour> registered("serial");

}  // namespace
