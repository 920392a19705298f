// SPDX-License-Identifier: Apache-2.0
// fib as plain calls.
#include "fib/workload.hpp"
#include "harness/measure.hpp"

namespace {

std::uint64_t number(unsigned n) {
  if (n < 2) {
    return n;
  }
  return number(n - 1) + number(n - 2);
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<fib::problem>(setup, [](fib::problem& p) { p.result = number(p.n); });
}

const bench::registration<fib::problem> registered("serial", run);

}  // namespace
