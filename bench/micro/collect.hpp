// SPDX-License-Identifier: Apache-2.0
// Medians and tails of what a benchmark measures round by round.
#pragma once

#include "harness/samples.hpp"

#include <benchmark/benchmark.h>
#include <vector>

namespace bench {

/// Calls `round`, which returns the seconds it has measured, for each iteration.
/// google-benchmark prints means; of a latency one wants the middle and the tail.
template <class Round>
void collect(benchmark::State& state, const Round& round) {
  std::vector<double> times;
  while (state.KeepRunning()) {
    times.push_back(round());
    state.SetIterationTime(times.back());
  }
  state.counters["median_us"] = percentile(times, 50) * 1e6;
  state.counters["p95_us"] = percentile(times, 95) * 1e6;
  state.counters["p99_us"] = percentile(times, 99) * 1e6;
  state.counters["max_us"] = percentile(times, 100) * 1e6;
}

}  // namespace bench
