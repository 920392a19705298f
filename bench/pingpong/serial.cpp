// SPDX-License-Identifier: Apache-2.0
// pingpong as a loop.
#include "harness/solver.hpp"
#include "pingpong/workload.hpp"

namespace {

void play(pingpong::problem& p) {
  while (p.hit<0>() && p.hit<1>()) {
  }
}

const bench::solver<pingpong::problem, play> registered("serial");

}  // namespace
