// SPDX-License-Identifier: Apache-2.0
// memory as run() into one oneTBB task_group, which may be used again after its wait().
#include "harness/in_arena.hpp"
#include "memory/workload.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

void solve(memory::problem& p) {
  tbb::task_group group;
  p.pour([&] {
    for (std::uint64_t i = 0; i < memory::wave; ++i) {
      group.run([&p, i] { p.visit(i); });
    }
    group.wait();
  });
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_arena(setup.threads, [&] { return memory::measure(setup, solve); });
}

const bench::registration<memory::problem> registered("tbb", run);

}  // namespace
