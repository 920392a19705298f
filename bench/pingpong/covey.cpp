// SPDX-License-Identifier: Apache-2.0
// pingpong as children of one nursery, each spawned by the one before.
#include "harness/in_pool.hpp"
#include "harness/solver.hpp"
#include "pingpong/workload.hpp"

#include <covey/covey.hpp>

namespace {

template <unsigned Player>
void receive(pingpong::problem& p, covey::nursery& kids) {
  if (p.hit<Player>()) {
    kids.run([&] { receive<1 - Player>(p, kids); });
  }
}

void play(pingpong::problem& p) {
  covey::nursery kids;
  receive<0>(p, kids);
}

const bench::solver<pingpong::problem, play, bench::of_pool> registered("covey");

}  // namespace
