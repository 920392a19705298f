// SPDX-License-Identifier: Apache-2.0
// Medians and tails of what a benchmark measures round by round.
#pragma once

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstddef>
#include <vector>

namespace bench {

/// @pre values is not empty @returns the value below which so many percent of them are
[[nodiscard]] inline double percentile(std::vector<double> values, std::size_t percent) {
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) * percent / 100];
}

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
