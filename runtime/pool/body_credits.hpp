// SPDX-License-Identifier: Apache-2.0
// Body credits: they bound the threads of a pool that run bodies of oneTBB's algorithms at once by the size of the pool.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace covey::runtime {

class crew;
struct record;

// A pool has `most` credits. A thread that calls an algorithm, or helps with one, holds a credit until it leaves the
// algorithm. It lends the credit while it sleeps in covey (lend_permits()); the tick lends it while the thread sleeps in
// something that covey does not see. For a moment more threads may run covey work than the size of the pool: a waiter that
// woke, or the thread that the tick started. Such threads wait here for a credit.
//
// A thread with a credit may wait actively for a caller that waits here. So one caller to which no credit came back for
// `patience` goes on beyond `most`; every such caller where there is no tick. A helper waits until the algorithm has ended.
// In blocking() a thread has no permit, and needs no credit.
// Rule: a thread with a credit has a permit. So where credits are lacking, the count of permits is negative, and a waiter
// that lends its permit wakes nobody.
class body_credits {
 public:
  body_credits(crew& of, std::size_t most) noexcept : of_(of), most_(most) {}

  // Waits for a credit for the owner of `me`, which has none. @param over of a helper: it gives up when that is true; null:
  // of a caller. @returns whether the owner has a credit now.
  [[nodiscard]] bool take(record& me, const std::atomic<bool>* over) noexcept;
  void give(record& me) noexcept;

  // By the owner, before and after it sleeps in covey.
  void lend(record& me) noexcept;
  void take_back(record& me) noexcept;

  // By the tick, when the owner of `r` sleeps in something that covey does not see, and when it runs again.
  void lend_for(record& r) noexcept;
  void call_back(record& r) noexcept;
  // By the tick. @returns whether a thread waits for a credit and none came back since the last call.
  [[nodiscard]] bool starve() noexcept;
  [[nodiscard]] bool wanted() const noexcept {
    return wanted_.load(std::memory_order_seq_cst) != 0;
  }

  // For a new pool. @pre no thread has a credit, or waits for one
  void begin_again(std::size_t most) noexcept {
    most_ = most;
    taken_.store(0, std::memory_order_relaxed);
  }

  // An algorithm has ended: wakes its helpers that wait for a credit.
  void tell_helpers() noexcept;

 private:
  enum class on_patience_end : bool { one_beyond, go_on };
  [[nodiscard]] bool try_take(std::size_t most) noexcept;
  [[nodiscard]] bool wait(const std::atomic<bool>* over, on_patience_end then) noexcept;
  void put_back() noexcept;

  crew& of_;
  std::size_t most_;  // changed by begin_again() only
  // Credits that are held, and threads that went on without one.
  //   written  +1 by take(), take_back() and call_back(), -1 by give(), lend() and lend_for(); by owners and the tick.
  //   read     by threads that wait for a credit. seq_cst: part of the lot's protocol.
  std::atomic<std::size_t> taken_{0};
  // Credits that ever came back. Written by give(), lend() and lend_for(); read by callers, to measure their patience, and
  // by the tick. relaxed: a hint.
  std::atomic<std::uint64_t> given_{0};
  std::uint64_t given_at_tick_ = 0;  // belongs to the tick
  // Threads in wait(). Written by them; read by the tick. seq_cst: they raise it before they read whether there is a tick.
  std::atomic<std::uint32_t> wanted_{0};
};

}  // namespace covey::runtime
