// SPDX-License-Identifier: Apache-2.0
// The stops by nursery::stop(); the children ask this_task::stop_requested().
#include "harness/in_pool.hpp"
#include "stop/workload.hpp"

#include <covey/covey.hpp>

namespace {

bench::sample stop_many(std::size_t threads) {
  stop::crowd crowd;
  covey::nursery kids;
  for (std::uint64_t i = 0; i < stop::many::children; ++i) {
    kids.run([&crowd] { crowd.poll(covey::this_task::stop_requested); });
  }
  crowd.wait_until_running(threads - 1);
  const bench::clock::time_point start = bench::clock::now();
  kids.stop();
  kids.join();
  return crowd.stopped_since(start);
}

bench::sample stop_seen() {
  stop::watcher watcher;
  covey::nursery kids;
  kids.run([&watcher] { watcher.poll(covey::this_task::stop_requested); });
  const bench::sample taken = watcher.seen_after([&kids] { kids.stop(); });
  kids.join();
  return taken;
}

bench::measurement run_many(const bench::setup& setup) {
  return bench::in_pool(setup.threads, [&setup] {
    return bench::sample_rounds<stop::many>(setup, [&setup] { return stop_many(setup.threads); });
  });
}

bench::measurement run_seen(const bench::setup& setup) {
  return bench::in_pool(stop::threads_for(setup),
                        [&setup] { return bench::sample_rounds<stop::seen>(setup, stop_seen); });
}

const bench::registration<stop::many> registered_many("covey", run_many);
const bench::registration<stop::seen> registered_seen("covey", run_seen);

}  // namespace
