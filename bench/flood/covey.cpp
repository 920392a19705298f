// SPDX-License-Identifier: Apache-2.0
// flood as run() into a nursery with a limit.
#include "flood/workload.hpp"
#include "harness/in_pool.hpp"
#include "harness/solver.hpp"

#include <covey/covey.hpp>

namespace {

constexpr int limit = 1'024;

void pour(flood::problem& p) {
  covey::nursery kids{{.limit = limit}};
  for (std::uint64_t i = 0; i < p.children; ++i) {
    kids.run([&p, i] { p.visit(i); });
  }
}

const bench::solver<flood::problem, pour, bench::of_pool> registered("covey");

}  // namespace
