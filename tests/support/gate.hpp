// SPDX-License-Identifier: Apache-2.0
// One-shot gates and head counts, so that tests order events without sleeping.
#pragma once

#include <covey/covey.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace covey_test {

/// Opens once and stays open. May be destroyed as soon as a wait() has returned.
class gate {
 public:
  void open() {
    const std::lock_guard hold(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  /// Blocks the thread and keeps its permit of the pool.
  void wait() {
    std::unique_lock hold(mutex_);
    opened_.wait(hold, [this] { return open_; });
  }
  /// Blocks inside a child, with the worker's permit lent meanwhile.
  void wait_in_child() {
    covey::blocking([this] { wait(); });
  }
  [[nodiscard]] bool is_open() {
    const std::lock_guard hold(mutex_);
    return open_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

/// Counts who came, who is inside and how many were inside at once.
class head_count {
 public:
  void enter() {
    const std::lock_guard hold(mutex_);
    ++entered_;
    ++inside_;
    most_ = std::max(most_, inside_);
    changed_.notify_all();
  }
  void leave() {
    const std::lock_guard hold(mutex_);
    --inside_;
    changed_.notify_all();
  }
  /// Blocks until `n` have entered since the beginning.
  void wait_entered(std::size_t n) {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [&] { return entered_ >= n; });
  }
  [[nodiscard]] std::size_t entered() {
    const std::lock_guard hold(mutex_);
    return entered_;
  }
  [[nodiscard]] std::size_t inside() {
    const std::lock_guard hold(mutex_);
    return inside_;
  }
  [[nodiscard]] std::size_t most() {
    const std::lock_guard hold(mutex_);
    return most_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t entered_ = 0;
  std::size_t inside_ = 0;
  std::size_t most_ = 0;
};

/// Inside a head count for the length of a scope.
class visit {
 public:
  explicit visit(head_count& place) : place_(place) { place_.enter(); }
  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;
  ~visit() { place_.leave(); }

 private:
  head_count& place_;
};

}  // namespace covey_test
