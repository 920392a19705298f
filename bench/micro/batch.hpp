// SPDX-License-Identifier: Apache-2.0
// What the benchmarks of batches share: the items, and the item that asks for the stop.
#pragma once

#include "harness/measure.hpp"
#include "loops/workload.hpp"

#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>

namespace bench {

constexpr std::size_t stop_threads = 2;
constexpr std::uint32_t stop_items = 10'000;
constexpr int stop_rounds = 300;

/// Items of 100 us, of which one asks for a stop; then the others need not run.
class stopping_items {
 public:
  /// Which item asks differs from round to round: early enough that all threads are at work, and many items are left.
  explicit stopping_items(std::uint64_t round)
      : asks_(20 + static_cast<std::uint32_t>(round * 7'919 % 31)) {}
  template <class Stop>
  void work(std::uint32_t item, const Stop& stop) {
    benchmark::DoNotOptimize(loops::chew(item + 1, loops::steps_of_100us));
    if (item == asks_) {
      asked_ = clock::now();
      stop();
    }
  }
  /// After the end of the loop, on the thread that waited for it.
  [[nodiscard]] double seconds_since_stop() const { return seconds_since(asked_); }

 private:
  std::uint32_t asks_;
  clock::time_point asked_;  // written by the item that asks
};

}  // namespace bench
