// SPDX-License-Identifier: Apache-2.0
// memory as run() into one nursery; wait_idle() ends a wave and leaves the nursery open.
#include "harness/in_pool.hpp"
#include "memory/workload.hpp"

#include <covey/covey.hpp>

namespace {

void solve(memory::problem& p) {
  covey::nursery kids;
  p.pour([&] {
    for (std::uint64_t i = 0; i < memory::wave; ++i) {
      kids.run([&p, i] { p.visit(i); });
    }
    kids.wait_idle();
  });
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_pool(setup.threads, [&] { return memory::measure(setup, solve); });
}

const bench::registration<memory::problem> registered("covey", run);

}  // namespace
