// SPDX-License-Identifier: Apache-2.0
// pingpong as OpenMP tasks of one taskgroup, each made by the one before.
#include "harness/in_team.hpp"
#include "harness/solver.hpp"
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

const bench::solver<pingpong::problem, play, bench::of_team> registered("openmp");

}  // namespace
