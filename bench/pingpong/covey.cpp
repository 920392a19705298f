// SPDX-License-Identifier: Apache-2.0
// pingpong as children of one nursery, each spawned by the one before.
#include "harness/in_pool.hpp"
#include "harness/measure.hpp"
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

bench::measurement run(const bench::setup& setup) {
  return bench::in_pool(setup.threads,
                        [&] { return bench::measure<pingpong::problem>(setup, play); });
}

const bench::registration<pingpong::problem> registered("covey", run);

}  // namespace
