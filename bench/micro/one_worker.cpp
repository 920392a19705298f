// SPDX-License-Identifier: Apache-2.0
// The price of the smallest things on a pool of one worker: an empty nursery, a spawn and a get, fork-join of two, a stop.
#include "harness/measure.hpp"
#include "micro/collect.hpp"

#include <covey/covey.hpp>

#include <benchmark/benchmark.h>
#include <cstdint>

namespace {

void empty_nursery(benchmark::State& state) {
  covey::pool pool{1};
  const covey::nursery body{{.pool = &pool}};  // those below inherit its pool
  for ([[maybe_unused]] auto _ : state) {
    covey::nursery kids;
    benchmark::DoNotOptimize(&kids);
  }
}
BENCHMARK(empty_nursery);

void nursery_spawn_get(benchmark::State& state) {
  covey::pool pool{1};
  const covey::nursery body{{.pool = &pool}};  // those below inherit its pool
  int value = 1;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(value);
    covey::nursery kids;
    auto child = kids.spawn([value] { return value; });
    benchmark::DoNotOptimize(child.get());
  }
}
BENCHMARK(nursery_spawn_get);

void spawn_get_in_an_open_nursery(benchmark::State& state) {
  covey::pool pool{1};
  const covey::nursery body{{.pool = &pool}};  // those below inherit its pool
  int value = 1;
  covey::nursery kids;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(value);
    auto child = kids.spawn([value] { return value; });
    benchmark::DoNotOptimize(child.get());
  }
}
BENCHMARK(spawn_get_in_an_open_nursery);

void run_many(std::int64_t count, int& value) {
  covey::nursery kids;
  for (std::int64_t i = 0; i < count; ++i) {
    kids.run([&value] { benchmark::DoNotOptimize(value); });
  }
  kids.join();
}

void nursery_of_many_run_join(benchmark::State& state) {
  covey::pool pool{1};
  const covey::nursery body{{.pool = &pool}};  // those below inherit its pool
  int value = 1;
  for ([[maybe_unused]] auto _ : state) {
    run_many(state.range(0), value);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(nursery_of_many_run_join)->Arg(1)->Arg(10)->Arg(1'000)->Arg(100'000);

void spawn_and_wait_of_two(benchmark::State& state) {
  covey::pool pool{1};
  const covey::nursery body{{.pool = &pool}};  // those below inherit its pool
  int value = 1;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(value);
    auto both = covey::spawn_and_wait([&value] { return value; }, [&value] { return value + 1; });
    benchmark::DoNotOptimize(both);
  }
}
BENCHMARK(spawn_and_wait_of_two);

/// The call of stop() itself, on a nursery without children; the clock's own 20 to 50 ns are in it.
void stop_call(benchmark::State& state) {
  covey::pool pool{1};
  bench::collect(state, [&pool] {
    covey::nursery kids{{.pool = &pool}};
    const bench::clock::time_point start = bench::clock::now();
    kids.stop();
    return bench::seconds_since(start);
  });
}
BENCHMARK(stop_call)->UseManualTime()->Iterations(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
