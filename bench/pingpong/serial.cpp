// SPDX-License-Identifier: Apache-2.0
// pingpong as a loop.
#include "harness/measure.hpp"
#include "pingpong/workload.hpp"

namespace {

void play(pingpong::problem& p) {
  while (p.hit<0>() && p.hit<1>()) {
  }
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<pingpong::problem>(setup, play);
}

const bench::registration<pingpong::problem> registered("serial", run);

}  // namespace
