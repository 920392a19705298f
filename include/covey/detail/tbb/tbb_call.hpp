// SPDX-License-Identifier: Apache-2.0
// One call of a oneTBB algorithm: its context, the stop that reaches it, and what its bodies throw.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/fork_mutex.hpp>
#include <covey/error.hpp>
#include <covey/policy.hpp>
#include <covey/stop_token.hpp>
#include <covey/task_info.hpp>
#include <covey/this_task.hpp>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_group.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <limits>
#include <mutex>
#include <utility>

namespace covey::detail {

using algorithm_body = void (*)(void*) noexcept;

// Calls work(arg) in an arena that idle workers of the calling task's pool join, so that at most `width` threads are in
// it; in the arena of the algorithm whose body calls it; or, outside any task, just so.
// @throws structure_error when the stack is nearly used up; std::bad_alloc.
COVEY_API void run_in_arena(algorithm_body work, void* arg, std::size_t width);

// Thrown by comparators to leave a sort that was stopped.
struct sort_stopped {};

class tbb_call {
 public:
  tbb_call() = default;
  tbb_call(const tbb_call&) = delete;
  tbb_call& operator=(const tbb_call&) = delete;

  static constexpr std::size_t unknown_width = std::numeric_limits<std::size_t>::max();

  // @param width so many threads can be of use at most.
  // Calls algorithm(context), and throws what came of it: what a body threw, else cancelled if it was not finished.
  template <class Algorithm>
  void run(std::size_t width, Algorithm algorithm) {
    this_task::checkpoint();
    const stop_token token = this_task::get_stop_token();
    // oneTBB binds a context to the enclosing one when its first task starts, and forgets a cancellation that came
    // before. So the algorithm, and what the stop cancels, live inside a task of the context.
    const auto inside = [&](const ::tbb::blocked_range<int>& /*one*/) {
      const stop_callback on_stop(token, [this] {
        stop_.store(true, std::memory_order_relaxed);
        context_.cancel_group_execution();
      });
      ::tbb::task_group_context own;
      try {
        algorithm(own);
      } catch (const sort_stopped&) {
      } catch (...) {
        keep();
      }
      gave_up_ = own.is_group_execution_cancelled();
    };
    auto work = [&]() noexcept {
      try {
        ::tbb::parallel_for(
            ::tbb::blocked_range<int>(0, 1), inside, ::tbb::simple_partitioner{}, context_);
      } catch (...) {
        keep();
      }
    };
    using work_type = decltype(work);
    run_in_arena([](void* it) noexcept { (*static_cast<work_type*>(it))(); }, &work, width);
    conclude(token);
  }

  // Asked by bodies before every step.
  [[nodiscard]] bool should_stop() const noexcept { return stop_.load(std::memory_order_relaxed); }

  // Calls a piece of user code. oneTBB drops exceptions once its context is cancelled, so they are kept here.
  template <class Code>
  decltype(auto) guarded(Code&& code) {
    try {
      return std::forward<Code>(code)();
    } catch (...) {
      keep();
      throw;
    }
  }

 private:
  // Inside a handler. The first exception stays, but a `cancelled` gives way to any other.
  void keep() noexcept {
    bool obeys = false;
    try {
      throw;
    } catch (const cancelled&) {
      obeys = true;
    } catch (...) {  // NOLINT(bugprone-empty-catch): only the type was asked for
    }
    stop_.store(true, std::memory_order_relaxed);
    // What is replaced is destroyed after the lock was given back: exceptions are the user's.
    std::exception_ptr kept = std::current_exception();
    const std::scoped_lock guard(lock_);
    if (failure_ == nullptr || (obeyed_ && !obeys)) {
      failure_.swap(kept);
      obeyed_ = obeys;
    }
  }

  void conclude(const stop_token& token) {
    if (failure_ != nullptr && !obeyed_) {
      std::rethrow_exception(std::move(failure_));
    }
    this_task::checkpoint();  // the reason as the caller sees it
    if (failure_ != nullptr) {
      std::rethrow_exception(std::move(failure_));
    }
    if (should_stop()) {
      throw cancelled(token.why());
    }
    if (gave_up_ || context_.is_group_execution_cancelled()) {
      stop_reason around;
      around.kind = stop_kind::parent;
      around.text = label("oneTBB cancelled the algorithm around it");
      throw cancelled(around);
    }
  }

  ::tbb::task_group_context context_;  // around the one that the algorithm gets
  bool gave_up_ = false;               // the algorithm's own was cancelled
  // Bodies must not begin another step: a stop was requested, or a body threw.
  //   written  true, by the stop's callback and by a thread whose body threw.
  //   read     before every step of a body; at the end, by the caller.
  //   order    relaxed: no other data depends on it. At the end the removal of the callback and the algorithm's wait order
  //            it.
  std::atomic<bool> stop_{false};
  fork_mutex lock_;
  std::exception_ptr failure_;  // guarded by lock_ while the algorithm runs
  bool obeyed_ = false;         // failure_ is a `cancelled`; guarded likewise
};

// Runs one chunk in pieces, made by the range's own splitting, with a look at the stop before each of them. The first
// pieces are the smallest; they grow while they are short, and while a larger one takes hardly longer than its half.
template <class Range, class Body>
class in_pieces {
 public:
  in_pieces(const tbb_call& call, Body& body) noexcept : call_(call), body_(body) {}

  void run(Range& range, std::size_t level = 0) {
    if (call_.should_stop()) {
      return;
    }
    if (level < allowed_ && range.is_divisible()) {
      Range right(range, ::tbb::split{});
      run(range, level + 1);
      run(right, level + 1);
      return;
    }
    if (level == 0) {
      body_(range);
      return;
    }
    const clock::time_point begin = clock::now();
    body_(range);
    learn(level, clock::now() - begin);
  }

 private:
  static constexpr clock::duration most = std::chrono::microseconds(250);
  static constexpr std::size_t deepest = 48;  // halvings; no chunk that fits into memory has more

  void learn(std::size_t level, clock::duration took) noexcept {
    took += clock::duration{1};  // zero: not measured
    const clock::duration half = took_[level + 1];
    const bool probed = took_[level - 1] != clock::duration::zero();
    took_[level] = took;
    const bool short_ones = 2 * took <= most;
    const bool mostly_fixed_cost = half != clock::duration::zero() ? 2 * took < 3 * half : !probed;
    if (short_ones || mostly_fixed_cost) {
      allowed_ = level - 1;
    } else {
      allowed_ = took > most ? level + 1 : level;
    }
  }

  const tbb_call& call_;
  Body& body_;
  std::size_t allowed_ = deepest;                    // pieces of fewer halvings are split
  std::array<clock::duration, deepest + 2> took_{};  // by halvings: the last piece
};

}  // namespace covey::detail
