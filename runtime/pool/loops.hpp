// SPDX-License-Identifier: Apache-2.0
// The worker loops of one pool: on threads that oneTBB lends, and on threads of covey's own.
#pragma once

#include "onetbb/lender.hpp"
#include "platform/own_threads.hpp"

#include <covey/task_info.hpp>

#include <atomic>
#include <cstddef>

namespace covey::runtime {

class crew;

enum class loop_kind : unsigned char {
  borrowed,  // on a thread of oneTBB
  own,
  beyond  // on an own thread, beyond the size: runs one child without a permit, then ends
};
// The body of a loop; its last access to the pool is the call of loops::left().
using loop_body = void (*)(crew& of, loop_kind kind) noexcept;

class loops {
 public:
  // @throws as lender()
  loops(crew& of, loop_body body, const label& name, std::size_t size, std::size_t substitutes);

  // Starts a loop. @returns false when no thread is to be had.
  // @param kind borrowed: an own thread will do as well
  [[nodiscard]] bool start(loop_kind kind) noexcept;
  // Runs the body of a loop beyond the size on the calling thread, which waits.
  void run_here() noexcept {
    own_running_.fetch_add(1, std::memory_order_seq_cst);
    body_(of_, loop_kind::beyond);
  }
  // By a requested loop that begins, or is cancelled: counts it off. @returns false: it was replaced.
  [[nodiscard]] bool take_awaited() noexcept;
  // Starts an own thread for a loop that oneTBB has not started for some ms; it gets the permit and the search of that
  // loop.
  // @returns false: there is none, or no thread.
  [[nodiscard]] bool replace_awaited() noexcept;
  [[nodiscard]] std::size_t awaited() const noexcept {
    return awaited_.load(std::memory_order_acquire);
  }
  // A loop has ended.
  void left(loop_kind kind) noexcept;

  [[nodiscard]] std::size_t running() const noexcept {
    return borrowed_.load(std::memory_order_seq_cst) + own_running_.load(std::memory_order_seq_cst);
  }
  [[nodiscard]] std::size_t own_running() const noexcept {
    return own_running_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool at_bound() const noexcept { return own_running() >= most_own_; }
  [[nodiscard]] std::size_t granted() const noexcept { return lender_.granted(); }

  // At the end of the pool: cancels a request that oneTBB has not taken. @returns false: there is none.
  // @param awaited set to whether the caller has the permit and the search of that loop now
  [[nodiscard]] bool take_back(bool& awaited) noexcept;
  // Waits for all own threads. @pre their loops were told to end
  void join_all() noexcept { own_.join_all(); }
  // For a new pool: first resize(), which has the strong guarantee, then reopen().
  void resize(std::size_t size) { lender_.resize(arenas_for(size)); }
  void reopen(std::size_t size, std::size_t substitutes) noexcept;

 private:
  [[nodiscard]] static std::size_t arenas_for(std::size_t size) noexcept {
    return size > 1 ? size - 1 : 1;
  }
  [[nodiscard]] bool lend() noexcept;
  // What threads run: the body, of this pool.
  template <loop_kind Kind>
  static void enter(void* self) noexcept;

  crew& of_;
  const loop_body body_;
  const label& name_;     // of the pool, and of its own threads
  std::size_t most_own_;  // but for the one beyond the size; changed by reopen() only
  lender lender_;
  own_threads own_;
  // Loops that exist: borrowed from oneTBB (also those it has not started yet), and on threads of our own.
  std::atomic<std::size_t> borrowed_{0};
  std::atomic<std::size_t> own_running_{0};
  // Loops that were requested from oneTBB and have not begun; each holds a permit and counts as searching. oneTBB may not
  // come for any length of time. A loop that begins counts itself off. The tick counts one off and starts an own thread
  // instead; then the loop that finds zero ends at once.
  //   written  +1 by lend(); -1 by a loop that begins and by the tick (compare-exchange, so that each is counted off once).
  //   read     by the tick. acq_rel: the permit and the search pass from lend() to the thread that counts the loop off.
  std::atomic<std::size_t> awaited_{0};
};

}  // namespace covey::runtime
