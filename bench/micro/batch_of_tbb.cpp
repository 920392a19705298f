// SPDX-License-Identifier: Apache-2.0
// How soon a cancelled parallel_for of oneTBB returns, to compare with stop_of_a_batch.
#include "harness/in_arena.hpp"
#include "micro/batch.hpp"
#include "micro/collect.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_group.h>

namespace {

double stopped_loop(std::uint64_t round) {
  using range = tbb::blocked_range<std::uint32_t>;
  bench::stopping_items items(round);
  tbb::task_group_context context;
  tbb::parallel_for(
      range(0, bench::stop_items),
      [&](const range& part) {
        for (std::uint32_t i = part.begin(); i != part.end(); ++i) {
          items.work(i, [&context] { context.cancel_group_execution(); });
        }
      },
      tbb::auto_partitioner(),
      context);
  return items.seconds_since_stop();
}

void stop_of_a_tbb_loop(benchmark::State& state) {
  bench::in_arena(bench::stop_threads, [&state] {
    std::uint64_t round = 0;
    bench::collect(state, [&round] { return stopped_loop(++round); });
  });
}
BENCHMARK(stop_of_a_tbb_loop)
    ->UseManualTime()
    ->Iterations(bench::stop_rounds)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
