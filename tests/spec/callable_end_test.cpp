// SPDX-License-Identifier: Apache-2.0
// A child's callable is destroyed before its future is ready, however the child ended: semantics 10.
#include "each_pool_size.hpp"

#include <stdexcept>
#include <thread>
#include <utility>

namespace {

using namespace std::chrono_literals;
using covey_test::gate;
COVEY_EACH_POOL_SIZE(callable_end);

// Counts its destruction, and takes its time over it: what looks too early sees too little.
class counted_end {
 public:
  explicit counted_end(std::atomic<int>& ended) : ended_(&ended) {}
  counted_end(counted_end&& other) noexcept : ended_(std::exchange(other.ended_, nullptr)) {}
  counted_end(const counted_end&) = delete;
  counted_end& operator=(counted_end&&) = delete;
  ~counted_end() {
    if (ended_ != nullptr) {
      for (int i = 0; i < 3; ++i) {
        std::this_thread::yield();
      }
      ++*ended_;
    }
  }

 private:
  std::atomic<int>* ended_;
};

// The same for a callable that may throw when it is moved: its result lies beside it.
struct throwing_move : counted_end {
  using counted_end::counted_end;
  // NOLINTNEXTLINE(performance-noexcept-move-constructor): that is the point
  throwing_move(throwing_move&& other) noexcept(false) : counted_end(std::move(other)) {}
};

enum class way { value, failure, stop };

template <class Guard>
void expect_gone_when_ready(callable_end& test, const covey::nursery_options& options, way ends) {
  // In a pool of one each child waits for the tick to start it.
  const int rounds = test.GetParam() == 1 ? 10 : 200;
  for (int round = 0; round < rounds; ++round) {
    std::atomic<int> ended{0};
    std::atomic<bool> runs{false};
    covey::nursery kids{options};
    auto child = kids.spawn([guard = Guard(ended), &runs, ends] {
      runs = true;
      if (ends == way::failure) {
        throw std::runtime_error("failed");
      }
      if (ends == way::stop) {
        while (!covey::this_task::stop_requested()) {
          std::this_thread::yield();
        }
        covey::this_task::checkpoint();
      }
      return 1;
    });
    while (!runs && !child.ready()) {
      std::this_thread::yield();
    }
    if (ends == way::stop) {
      child.request_stop();
    }
    while (!child.ready()) {
      std::this_thread::yield();
    }
    ASSERT_EQ(ended, 1) << "ready before the callable was gone";
    try {
      EXPECT_EQ(child.get(), 1);
    } catch (const std::runtime_error&) {
      EXPECT_EQ(ends, way::failure);
    } catch (const covey::cancelled&) {
      EXPECT_EQ(ends, way::stop);
    }
    kids.join();
  }
}

TEST_P(callable_end, comes_before_the_value_is_ready) {
  expect_gone_when_ready<counted_end>(
      *this, here({.policy = covey::policy::supervise}), way::value);
  expect_gone_when_ready<throwing_move>(
      *this, here({.policy = covey::policy::supervise}), way::value);
}

TEST_P(callable_end, comes_before_a_failure_is_ready) {
  expect_gone_when_ready<counted_end>(
      *this, here({.policy = covey::policy::supervise}), way::failure);
  expect_gone_when_ready<throwing_move>(
      *this, here({.policy = covey::policy::supervise}), way::failure);
}

TEST_P(callable_end, comes_before_a_stopped_child_is_ready) {
  expect_gone_when_ready<counted_end>(*this, here(), way::stop);
  expect_gone_when_ready<throwing_move>(*this, here(), way::stop);
}

TEST_P(callable_end, comes_before_a_child_that_never_starts_is_ready) {
  std::atomic<int> ended{0};
  covey::nursery kids{here()};
  kids.stop();
  auto refused = kids.spawn([guard = counted_end(ended)] {});
  EXPECT_EQ(refused.state(), covey::task_state::never_started);
  EXPECT_EQ(ended, 1);
}

TEST_P(callable_end, comes_before_a_get_that_runs_the_child_in_place_returns) {
  std::atomic<int> ended{0};
  covey::nursery kids{here({.policy = covey::policy::supervise})};
  auto fails = kids.spawn([guard = counted_end(ended)] { throw 1; });
  EXPECT_THROW(fails.get(), int);
  EXPECT_EQ(ended, 1);
  auto works = kids.spawn([guard = counted_end(ended)] { return 2; });
  EXPECT_EQ(works.get(), 2);
  EXPECT_EQ(ended, 2);
}

}  // namespace
