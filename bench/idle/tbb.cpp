// SPDX-License-Identifier: Apache-2.0
// The idle times of a oneTBB arena.
#include "harness/in_arena.hpp"
#include "idle/workload.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

void fork_and_join(idle::children& children) {
  tbb::task_group group;
  for (std::uint64_t i = 0; i < children.count(); ++i) {
    group.run([&children, i] { children.work(i); });
  }
  group.wait();
}

bench::measurement run_nothing(const bench::setup& setup) {
  return bench::in_arena(setup.threads, [&] { return idle::doing_nothing(setup, fork_and_join); });
}

bench::measurement run_ticks(const bench::setup& setup) {
  return bench::in_arena(setup.threads,
                         [&] { return idle::every_millisecond(setup, fork_and_join); });
}

const bench::registration<idle::nothing> registered_nothing("tbb", run_nothing);
const bench::registration<idle::ticks> registered_ticks("tbb", run_ticks);

}  // namespace
