// SPDX-License-Identifier: Apache-2.0
// Helpers for tests of batches: options on a pool, visited items, composites as text.
#pragma once

#include "leaves.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace covey_test {

/// @returns the options given, on that pool.
inline covey::batch_options in(covey::pool& pool, covey::batch_options options = {}) {
  options.pool = &pool;
  return options;
}

/// @returns 0 … n - 1.
inline std::vector<int> numbers(int n) {
  std::vector<int> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Counts how often each of n items was visited, by any thread.
class visits {
 public:
  explicit visits(std::size_t n) : count_(n), times_(std::make_unique<std::atomic<int>[]>(n)) {}
  void operator()(std::size_t i) { times_[i].fetch_add(1, std::memory_order_relaxed); }
  /// @returns how many items were visited just so often.
  [[nodiscard]] std::size_t seen(int often) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      sum += static_cast<std::size_t>(times_[i].load() == often);
    }
    return sum;
  }
  [[nodiscard]] bool each_once() const { return seen(1) == count_; }
  [[nodiscard]] bool none_twice() const { return seen(0) + seen(1) == count_; }

 private:
  std::size_t count_;
  std::unique_ptr<std::atomic<int>[]> times_;
};

/// @returns the names of the tasks that failed, in the order of the composite that `call` throws.
template <class Call>
std::vector<std::string> failed_names(Call&& call) {
  std::vector<std::string> all;
  try {
    static_cast<void>(call());
  } catch (const covey::composite_exception& failures) {
    for (const covey::leaf& failed : failures.leaves()) {
      all.emplace_back(failed.where().task.view());
    }
    return all;
  }
  ADD_FAILURE() << "no composite_exception was thrown";
  return all;
}

/// What every summary must obey.
inline void expect_adds_up(const covey::batch_summary& end) {
  EXPECT_EQ(end.total, end.done + end.failed + end.stopped + end.never_started);
}

}  // namespace covey_test
