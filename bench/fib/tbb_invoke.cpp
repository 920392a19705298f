// SPDX-License-Identifier: Apache-2.0
// fib with a oneTBB parallel_invoke per call.
#include "fib/workload.hpp"
#include "harness/in_arena.hpp"
#include "harness/measure.hpp"

#include <oneapi/tbb/parallel_invoke.h>

namespace {

std::uint64_t number(unsigned n) {
  if (n < 2) {
    return n;
  }
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  tbb::parallel_invoke([&left, n] { left = number(n - 1); },
                       [&right, n] { right = number(n - 2); });
  return left + right;
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_arena(setup.threads, [&] {
    return bench::measure<fib::problem>(setup, [](fib::problem& p) { p.result = number(p.n); });
  });
}

const bench::registration<fib::problem> registered("tbb-invoke", run);

}  // namespace
