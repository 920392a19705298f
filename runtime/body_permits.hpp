// SPDX-License-Identifier: Apache-2.0
// How many threads of a pool run bodies of oneTBB's algorithms at once: as many as the pool is large.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace covey::runtime {

struct record;

// Permits to run bodies of algorithms, `most` for one pool. Whoever calls an algorithm, or comes to help with one, has one
// until it leaves, and gives it away while it sleeps in covey (lend_places()). A pool may have more threads in covey work
// than its size for a moment: a waiter that woke, or the one that the starvation tick started. Those wait here.
//
// Nobody waits for ever: who has a permit runs, or sleeps in something that covey does not see. A caller for whom none
// came back for `patience` goes on without; a helper waits until the algorithm is over.
// Rule: who has a permit has a place. So where permits are lacking, places are overdrawn, and a waiter that lends its place
// starts nobody.
class body_permits {
 public:
  explicit body_permits(std::size_t most) noexcept : most_(most) {}

  // For the thread of `me`, which has none. @param over of a helper: it gives up when that is true; null: a caller
  // @returns whether it has one now.
  [[nodiscard]] bool take(record& me, const std::atomic<bool>* over) noexcept;
  void give(record& me) noexcept;

  // The thread sleeps, and is back.
  void lend() noexcept;
  void take_back() noexcept;

  // For a new pool. @pre nobody has a permit, or wants one
  void begin_again(std::size_t most) noexcept {
    most_ = most;
    taken_.store(0, std::memory_order_relaxed);
  }

  // An algorithm is over: its helpers need not wait any more.
  void tell_helpers() noexcept;

 private:
  [[nodiscard]] bool try_take() noexcept;
  [[nodiscard]] bool wait(const std::atomic<bool>* over) noexcept;

  std::size_t most_;  // changed by begin_again() only
  // Threads with a permit, and those that went on without one.
  //   written  +1 by whoever takes, -1 by whoever gives or lends.
  //   read     by those who want one. seq_cst: part of the lot's protocol.
  std::atomic<std::size_t> taken_{0};
  // Grows whenever a permit comes back. Written by give() and lend(); read by callers that lose patience. relaxed: a hint.
  std::atomic<std::uint64_t> given_{0};
};

}  // namespace covey::runtime
