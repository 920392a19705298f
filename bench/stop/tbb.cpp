// SPDX-License-Identifier: Apache-2.0
// The stops by task_group::cancel() of oneTBB; the children ask is_current_task_group_canceling().
#include "harness/in_arena.hpp"
#include "stop/workload.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

bool stopped() {
  return tbb::is_current_task_group_canceling();
}

bench::sample stop_many(std::size_t threads) {
  stop::crowd crowd;
  tbb::task_group group;
  for (std::uint64_t i = 0; i < stop::many::children; ++i) {
    group.run([&crowd] { crowd.poll(stopped); });
  }
  crowd.wait_until_running(threads - 1);
  const bench::clock::time_point start = bench::clock::now();
  group.cancel();
  group.wait();
  return crowd.stopped_since(start);
}

bench::sample stop_seen() {
  stop::watcher watcher;
  tbb::task_group group;
  group.run([&watcher] { watcher.poll(stopped); });
  const bench::sample taken = watcher.seen_after([&group] { group.cancel(); });
  group.wait();
  return taken;
}

bench::measurement run_many(const bench::setup& setup) {
  return bench::in_arena(setup.threads, [&setup] {
    return bench::sample_rounds<stop::many>(setup, [&setup] { return stop_many(setup.threads); });
  });
}

bench::measurement run_seen(const bench::setup& setup) {
  return bench::in_arena(stop::threads_for(setup),
                         [&setup] { return bench::sample_rounds<stop::seen>(setup, stop_seen); });
}

const bench::registration<stop::many> registered_many("tbb", run_many);
const bench::registration<stop::seen> registered_seen("tbb", run_seen);

}  // namespace
