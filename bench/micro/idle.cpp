// SPDX-License-Identifier: Apache-2.0
// The processor time that a pool takes while there is nothing, or next to nothing, to do.
#include "harness/measure.hpp"
#include "harness/processor_time.hpp"

#include <covey/covey.hpp>

#include <benchmark/benchmark.h>
#include <chrono>
#include <thread>

namespace {

using bench::clock;
using bench::processor_seconds;

constexpr std::size_t threads = 2;
constexpr std::chrono::seconds span{3};

/// Enough children that every worker exists and has worked.
void wake_everyone(covey::pool& pool) {
  covey::nursery kids{{.pool = &pool}};
  for (int i = 0; i < 1'000; ++i) {
    kids.run([] { std::this_thread::sleep_for(std::chrono::microseconds(1)); });
  }
}

/// Runs `during` for 3 s on a warm pool and prints the process's use in percent of one core.
template <class During>
void use_of_a_core(benchmark::State& state, const During& during) {
  covey::pool pool{threads};
  wake_everyone(pool);
  for ([[maybe_unused]] auto _ : state) {
    const double before = processor_seconds();
    const clock::time_point start = clock::now();
    during(pool, start + span);
    const double wall = bench::seconds_since(start);
    state.SetIterationTime(wall);
    state.counters["percent_of_a_core"] = 100 * (processor_seconds() - before) / wall;
  }
}

void idle_pool(benchmark::State& state) {
  use_of_a_core(state,
                [](covey::pool&, clock::time_point end) { std::this_thread::sleep_until(end); });
}
BENCHMARK(idle_pool)->UseManualTime()->Iterations(1)->Unit(benchmark::kSecond);

void fork_and_join_every_millisecond(covey::pool& pool, clock::time_point end) {
  for (clock::time_point next = clock::now(); next < end; next += std::chrono::milliseconds(1)) {
    std::this_thread::sleep_until(next);
    covey::nursery kids{{.pool = &pool}};
    kids.run([] {});
    kids.run([] {});
  }
}

void tiny_fork_join_every_millisecond(benchmark::State& state) {
  use_of_a_core(state, fork_and_join_every_millisecond);
}
BENCHMARK(tiny_fork_join_every_millisecond)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

}  // namespace
