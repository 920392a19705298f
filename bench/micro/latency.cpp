// SPDX-License-Identifier: Apache-2.0
// How soon others notice: waking an idle pool, stopping what is queued, stopping what runs.
#include "harness/measure.hpp"
#include "harness/moment.hpp"
#include "micro/collect.hpp"

#include <covey/covey.hpp>

#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdint>
#include <thread>
#include <tuple>

namespace {

using bench::clock;
using bench::collect;
using bench::moment;

constexpr std::size_t threads = 2;
constexpr std::chrono::milliseconds pause{3};  // long enough that a thief has stopped spinning
constexpr int rounds = 300;

/// From the spawn on this thread until the child starts on another one, which had nothing to do for 3 ms.
void wake_up_of_an_idle_pool(benchmark::State& state) {
  covey::pool pool{threads};
  collect(state, [&pool] {
    covey::nursery kids{{.pool = &pool}};
    std::this_thread::sleep_for(pause);
    moment started;
    const clock::time_point start = clock::now();
    kids.run([&started] { started.mark_now(); });
    return started.wait_since(start);
  });
}
BENCHMARK(wake_up_of_an_idle_pool)
    ->UseManualTime()
    ->Iterations(rounds)
    ->Unit(benchmark::kMicrosecond);

constexpr auto do_nothing = [] {};

/// From stop() until join() returns, with children of which hardly any has started.
void stop_and_join_of_queued_children(benchmark::State& state) {
  covey::pool pool{1};
  collect(state, [&] {
    covey::nursery kids{{.pool = &pool}};
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      kids.run(do_nothing);
    }
    const clock::time_point start = clock::now();
    kids.stop();
    kids.join();
    return bench::seconds_since(start);
  });
}
BENCHMARK(stop_and_join_of_queued_children)
    ->Arg(1'000)
    ->UseManualTime()
    ->Iterations(rounds)
    ->Unit(benchmark::kMicrosecond);

void run_until_stopped(moment& running, moment& stopped) {
  running.mark_now();
  while (!covey::this_task::stop_requested()) {
  }
  stopped.mark_now();
}

/// From stop() until a child that runs on another thread sees it by polling.
void stop_of_a_running_child(benchmark::State& state) {
  covey::pool pool{threads};
  collect(state, [&pool] {
    moment running;
    moment stopped;
    covey::nursery kids{{.pool = &pool}};
    kids.run([&] { run_until_stopped(running, stopped); });
    std::ignore = running.wait_since({});
    const clock::time_point start = clock::now();
    kids.stop();
    const double seconds = stopped.wait_since(start);
    kids.join();
    return seconds;
  });
}
BENCHMARK(stop_of_a_running_child)
    ->UseManualTime()
    ->Iterations(rounds)
    ->Unit(benchmark::kMicrosecond);

/// The call of stop() itself, on a nursery without children; the clock's own 20 to 50 ns are in it.
void stop_call(benchmark::State& state) {
  covey::pool pool{1};
  collect(state, [&pool] {
    covey::nursery kids{{.pool = &pool}};
    const clock::time_point start = clock::now();
    kids.stop();
    return bench::seconds_since(start);
  });
}
BENCHMARK(stop_call)->UseManualTime()->Iterations(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
