// SPDX-License-Identifier: Apache-2.0
// pingpong as OpenMP tasks of one taskgroup, each made by the one before.
#include "harness/in_team.hpp"
#include "harness/measure.hpp"
#include "pingpong/workload.hpp"

namespace {

template <unsigned Player>
void receive(pingpong::problem& p) {
  if (p.hit<Player>()) {
#pragma omp task default(none) shared(p)
    receive<1 - Player>(p);
  }
}

void play(pingpong::problem& p) {
#pragma omp taskgroup
  receive<0>(p);
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_team(setup.threads,
                        [&] { return bench::measure<pingpong::problem>(setup, play); });
}

const bench::registration<pingpong::problem> registered("openmp", run);

}  // namespace
