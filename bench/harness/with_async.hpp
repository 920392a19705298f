// SPDX-License-Identifier: Apache-2.0
// Shares numbered pieces of work among a given number of std::async calls, as those do who have cores to keep busy.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <future>
#include <vector>

namespace bench {

/// Calls `work` with 0 … count - 1. Each of the `threads` takes the next number when it is through with one.
template <class Work>
void with_async(std::size_t threads, std::uint64_t count, const Work& work) {
  // The next number.
  //   written  and read by every thread that takes one.
  //   order    relaxed: it orders nothing else; get() orders what the work has written.
  std::atomic<std::uint64_t> next{0};
  std::vector<std::future<void>> running;
  running.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    running.push_back(std::async(std::launch::async, [&next, &work, count] {
      for (std::uint64_t at = next.fetch_add(1, std::memory_order_relaxed); at < count;
           at = next.fetch_add(1, std::memory_order_relaxed)) {
        work(at);
      }
    }));
  }
  for (std::future<void>& each : running) {
    each.get();
  }
}

}  // namespace bench
