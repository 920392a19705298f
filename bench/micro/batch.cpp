// SPDX-License-Identifier: Apache-2.0
// Batches: what one worker pays beside a plain loop, and how soon a stopped for_each returns.
#include "micro/batch.hpp"

#include "harness/numbers.hpp"
#include "micro/collect.hpp"

#include <covey/covey.hpp>

#include <vector>

namespace {

using bench::clock;

/// A plain loop and a for_each on a pool of one, turn by turn, over the same items: percent that for_each takes more.
/// Each round is short, so that other programs disturb few of them; the counters are medians over the rounds.
template <class Problem>
void one_worker_beside_a_loop(benchmark::State& state) {
  covey::pool pool{1};
  const covey::nursery body{{.pool = &pool}};  // for_each inherits its pool
  Problem p(static_cast<std::uint64_t>(state.range(0)));
  std::vector<double> extra;
  std::vector<double> plain;
  while (state.KeepRunning()) {
    const clock::time_point start = clock::now();
    for (std::uint32_t i = 0; i < p.count(); ++i) {
      p.results[i] = Problem::work(i);
    }
    benchmark::DoNotOptimize(p.results.data());
    const double loop = bench::seconds_since(start);
    const clock::time_point again = clock::now();
    covey::for_each(bench::numbers(p.count()),
                    [&p](std::uint32_t i) { p.results[i] = Problem::work(i); });
    const double batch = bench::seconds_since(again);
    state.SetIterationTime(batch);
    extra.push_back((batch / loop - 1) * 100);
    plain.push_back(loop);
  }
  const auto count = static_cast<double>(p.count());
  state.counters["extra_%"] = bench::percentile(extra, 50);
  state.counters["p25_%"] = bench::percentile(extra, 25);
  state.counters["p75_%"] = bench::percentile(extra, 75);
  state.counters["loop_ns/item"] = bench::percentile(plain, 50) * 1e9 / count;
}
BENCHMARK_TEMPLATE(one_worker_beside_a_loop, loops::problem<loops::all_10ns>)
    ->Arg(100'000)
    ->UseManualTime()
    ->Iterations(300)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_TEMPLATE(one_worker_beside_a_loop, loops::problem<loops::all_1us>)
    ->Arg(1'000)
    ->UseManualTime()
    ->Iterations(300)
    ->Unit(benchmark::kMicrosecond);

/// From the stop that an item asks for until for_each returns; the other thread is somewhere in an item of 100 us.
void stop_of_a_batch(benchmark::State& state) {
  covey::pool pool{bench::stop_threads};
  std::uint64_t round = 0;
  bench::collect(state, [&] {
    bench::stopping_items items(++round);
    covey::nursery kids{{.name = "stopped", .pool = &pool}};
    const auto enough = [&kids] { kids.stop("enough"); };
    try {
      covey::for_each(bench::numbers(bench::stop_items),
                      [&](std::uint32_t i) { items.work(i, enough); });
    } catch (const covey::cancelled&) {  // for_each was not done
    }
    return items.seconds_since_stop();
  });
}
BENCHMARK(stop_of_a_batch)
    ->UseManualTime()
    ->Iterations(bench::stop_rounds)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
