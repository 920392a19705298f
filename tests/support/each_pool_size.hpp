// SPDX-License-Identifier: Apache-2.0
// The fixture of the spec tests: pools of 1, 2 and 8 workers, bounded, failing on leaks.
#pragma once

#include "bounded.hpp"
#include "counted.hpp"
#include "gate.hpp"
#include "leaves.hpp"
#include "sink_recorder.hpp"
#include "threads_alive.hpp"

#include <covey/covey.hpp>

#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace covey_test {

/// Every test gets a pool of its own. At the end nothing may be left: no counted value, no thread, and no failure in the
/// sink that the test has not taken.
class each_pool_size : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    alive_before_ = counted::alive();
    threads_before_ = threads_alive();
    sink_.emplace();
    pool_.emplace(covey::pool_options{.threads = GetParam()});
  }
  void TearDown() override {
    counted::disarm();
    pool_->shutdown();
    pool_.reset();
    EXPECT_EQ(counted::alive(), alive_before_) << "values outlived the test";
    EXPECT_TRUE(threads_fall_to(threads_before_ + threads_onetbb_may_keep()))
        << threads_alive() << " threads, " << threads_before_ << " before the test";
    EXPECT_EQ(sink_->take(), std::vector<std::string>{}) << "failures in the sink";
    sink_.reset();
  }

  [[nodiscard]] covey::pool& pool() { return *pool_; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(GetParam()); }
  /// @returns the options given, on this test's pool.
  [[nodiscard]] covey::nursery_options here(covey::nursery_options options = {}) {
    options.pool = &*pool_;
    return options;
  }
  /// @returns what reached the sink so far, and forgets it.
  [[nodiscard]] std::vector<std::string> unhandled() { return sink_->take(); }

 private:
  bounded bound_;
  int alive_before_ = 0;
  std::size_t threads_before_ = 0;
  std::optional<sink_recorder> sink_;
  std::optional<covey::pool> pool_;
};

inline std::string pool_size_name(const testing::TestParamInfo<int>& info) {
  return "pool_of_" + std::to_string(info.param);
}

}  // namespace covey_test

/// Declares a suite whose tests (TEST_P) run with pools of 1, 2 and 8 workers: more than most machines of the tests have.
#define COVEY_EACH_POOL_SIZE(suite)                   \
  class suite : public covey_test::each_pool_size {}; \
  INSTANTIATE_TEST_SUITE_P(pools, suite, testing::Values(1, 2, 8), covey_test::pool_size_name)
