// SPDX-License-Identifier: Apache-2.0
// pingpong as tasks of one oneTBB task_group, each run() by the one before.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "pingpong/workload.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

template <unsigned Player>
void receive(pingpong::problem& p, tbb::task_group& group) {
  if (p.hit<Player>()) {
    group.run([&] { receive<1 - Player>(p, group); });
  }
}

void play(pingpong::problem& p) {
  tbb::task_group group;
  receive<0>(p, group);
  group.wait();
}

const bench::solver<pingpong::problem, play, bench::of_arena> registered("tbb");

}  // namespace
