// SPDX-License-Identifier: Apache-2.0
// memory as OpenMP tasks of one parallel region; a taskwait ends a wave.
#include "harness/in_team.hpp"
#include "memory/workload.hpp"

namespace {

void solve(memory::problem& p) {
  p.pour([&p] {
    for (std::uint64_t i = 0; i < memory::wave; ++i) {
#pragma omp task default(none) shared(p) firstprivate(i)
      p.visit(i);
    }
#pragma omp taskwait
  });
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_team(setup.threads, [&] { return memory::measure(setup, solve); });
}

const bench::registration<memory::problem> registered("openmp", run);

}  // namespace
