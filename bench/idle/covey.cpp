// SPDX-License-Identifier: Apache-2.0
// The idle times of a covey pool.
#include "harness/in_pool.hpp"
#include "idle/workload.hpp"

#include <covey/covey.hpp>

namespace {

void fork_and_join(idle::children& children) {
  covey::nursery kids;
  for (std::uint64_t i = 0; i < children.count(); ++i) {
    kids.run([&children, i] { children.work(i); });
  }
}

bench::measurement run_nothing(const bench::setup& setup) {
  return bench::in_pool(setup.threads, [&] { return idle::doing_nothing(setup, fork_and_join); });
}

bench::measurement run_ticks(const bench::setup& setup) {
  return bench::in_pool(setup.threads,
                        [&] { return idle::every_millisecond(setup, fork_and_join); });
}

const bench::registration<idle::nothing> registered_nothing("covey", run_nothing);
const bench::registration<idle::ticks> registered_ticks("covey", run_ticks);

}  // namespace
