// SPDX-License-Identifier: Apache-2.0
// How many threads of a pool run bodies of oneTBB's algorithms at once: as many as the pool is large.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace covey::runtime {

class crew;
struct record;

// Permits to run bodies of algorithms, `most` for one pool. Whoever calls an algorithm, or comes to help with one, has one
// until it leaves, and gives it away while it sleeps in covey (lend_places()); the tick does so for those that sleep in
// something that covey does not see. A pool may have more threads in covey work than its size for a moment: a waiter that
// woke, or the one that the starvation tick started. Those wait here.
//
// Who has a permit runs, or sleeps, and then it is lent. Who runs may wait actively for a caller that waits here: one
// caller for whom no permit came back for `patience` goes on beyond `most`; all of them where there is no tick. A helper
// waits until the algorithm is over. In blocking() a thread has no place, and needs no permit.
// Rule: who has a permit has a place. So where permits are lacking, places are overdrawn, and a waiter that lends its place
// starts nobody.
class body_permits {
 public:
  body_permits(crew& of, std::size_t most) noexcept : of_(of), most_(most) {}

  // For the thread of `me`, which has none. @param over of a helper: it gives up when that is true; null: a caller
  // @returns whether it has one now.
  [[nodiscard]] bool take(record& me, const std::atomic<bool>* over) noexcept;
  void give(record& me) noexcept;

  // The thread sleeps in covey, and is back.
  void lend(record& me) noexcept;
  void take_back(record& me) noexcept;

  // By the tick: the thread of `r` sleeps in something that covey does not see, and is back.
  void lend_for(record& r) noexcept;
  void call_back(record& r) noexcept;
  // By the tick. @returns whether some thread wants a permit, and none came back since it was asked the last time.
  [[nodiscard]] bool starve() noexcept;
  [[nodiscard]] bool wanted() const noexcept {
    return wanted_.load(std::memory_order_seq_cst) != 0;
  }

  // For a new pool. @pre nobody has a permit, or wants one
  void begin_again(std::size_t most) noexcept {
    most_ = most;
    taken_.store(0, std::memory_order_relaxed);
  }

  // An algorithm is over: its helpers need not wait any more.
  void tell_helpers() noexcept;

 private:
  enum class on_patience_end : bool { one_beyond, go_on };
  [[nodiscard]] bool try_take(std::size_t most) noexcept;
  [[nodiscard]] bool wait(const std::atomic<bool>* over, on_patience_end then) noexcept;
  void put_back() noexcept;

  crew& of_;
  std::size_t most_;  // changed by begin_again() only
  // Threads with a permit, and those that went on without one.
  //   written  +1 by whoever takes or calls back, -1 by whoever gives or lends; by their threads, and the tick.
  //   read     by those who want one. seq_cst: part of the lot's protocol.
  std::atomic<std::size_t> taken_{0};
  // Grows whenever a permit comes back. Written by give(), lend() and lend_for(); read by callers that lose patience, and
  // by the tick. relaxed: a hint.
  std::atomic<std::uint64_t> given_{0};
  std::uint64_t given_at_tick_ = 0;  // belongs to the tick
  // Threads in wait(). Written by them; read by the tick. seq_cst: they raise it, and then look whether there is a tick.
  std::atomic<std::uint32_t> wanted_{0};
};

}  // namespace covey::runtime
