// SPDX-License-Identifier: Apache-2.0
// A tiny fork and join every millisecond by std::async. It has no pool that could be idle.
#include "idle/workload.hpp"

#include <future>

namespace {

void fork_and_join(idle::children& children) {
  std::vector<std::future<void>> done;
  for (std::uint64_t i = 0; i < children.count(); ++i) {
    done.push_back(std::async(std::launch::async, [&children, i] { children.work(i); }));
  }
  for (std::future<void>& each : done) {
    each.get();
  }
}

bench::measurement run(const bench::setup& setup) {
  return idle::every_millisecond(setup, fork_and_join);
}

const bench::registration<idle::ticks> registered("async", run);

}  // namespace
