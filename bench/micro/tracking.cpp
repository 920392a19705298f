// SPDX-License-Identifier: Apache-2.0
// What the three levels of tracking cost a task, and what a snapshot costs.
#include <covey/covey.hpp>

#include <benchmark/benchmark.h>
#include <cstdint>
#include <string>

namespace {

// Every call opens a nursery and spawns one child.
std::uint32_t fib(std::uint32_t n) {
  if (n < 2) {
    return n;
  }
  covey::nursery kids;
  auto first = kids.spawn([n] { return fib(n - 1); });
  const std::uint32_t second = fib(n - 2);
  return first.get() + second;
}

constexpr std::uint32_t size = 20;
constexpr std::int64_t children = 10'945;  // of fib(20)

class level_for_now {
 public:
  explicit level_for_now(std::int64_t level) {
    covey::set_tracking(static_cast<covey::tracking_level>(level));
  }
  ~level_for_now() { covey::set_tracking(covey::tracking_level::off); }
  level_for_now(level_for_now&&) = delete;
  level_for_now& operator=(level_for_now&&) = delete;
};

void report(benchmark::State& state, std::int64_t tasks) {
  state.SetLabel(std::string(to_string(covey::tracking())));
  state.counters["s_per_task"] =
      benchmark::Counter(static_cast<double>(state.iterations() * tasks),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// fib(20) on one worker: a nursery and a child each. Argument: 0 off, 1 counters, 2 full.
void fib_at_level(benchmark::State& state) {
  const level_for_now level(state.range(0));
  covey::pool pool{1};
  covey::nursery kids{{.pool = &pool}};
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(kids.spawn([] { return fib(size); }).get());
  }
  report(state, children);
}
BENCHMARK(fib_at_level)->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMicrosecond);

/// One nursery, 1,000 children without a future, one worker.
void flat_at_level(benchmark::State& state) {
  constexpr std::int64_t flat = 1'000;
  const level_for_now level(state.range(0));
  covey::pool pool{1};
  covey::nursery kids{{.pool = &pool}};
  for ([[maybe_unused]] auto _ : state) {
    for (std::int64_t i = 0; i < flat; ++i) {
      kids.run([] {});
    }
    kids.wait_idle();
  }
  report(state, flat);
}
BENCHMARK(flat_at_level)->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMicrosecond);

/// snapshot() with that many children queued behind one that runs.
void snapshot_of(benchmark::State& state) {
  const level_for_now level(2);
  covey::pool pool{1};
  covey::nursery kids{{.pool = &pool}};
  kids.run([&] {
    covey::nursery inner;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      inner.run([] {});
    }
    for ([[maybe_unused]] auto _ : state) {
      benchmark::DoNotOptimize(covey::snapshot());
    }
  });
  kids.join();
  state.counters["s_per_child"] =
      benchmark::Counter(static_cast<double>(state.iterations() * state.range(0)),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(snapshot_of)->Arg(1)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

}  // namespace
