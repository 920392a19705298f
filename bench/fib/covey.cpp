// SPDX-License-Identifier: Apache-2.0
// fib with a nursery per call.
#include "fib/workload.hpp"
#include "harness/in_pool.hpp"
#include "harness/measure.hpp"

#include <covey/covey.hpp>

namespace {

std::uint64_t number(unsigned n) {
  if (n < 2) {
    return n;
  }
  covey::nursery kids;
  auto left = kids.spawn([n] { return number(n - 1); });
  const std::uint64_t right = number(n - 2);
  return left.get() + right;
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_pool(setup.threads, [&] {
    return bench::measure<fib::problem>(setup, [](fib::problem& p) { p.result = number(p.n); });
  });
}

const bench::registration<fib::problem> registered("covey", run);

}  // namespace
