// SPDX-License-Identifier: Apache-2.0
// The inside of a pool: its workers, its loops, its batches, and who is woken for work.
#pragma once

#include "base/fork.hpp"
#include "platform/machine.hpp"
#include "pool/body_permits.hpp"
#include "pool/loops.hpp"
#include "pool/members.hpp"
#include "pool/sleepers.hpp"
#include "pool/spread_list.hpp"
#include "time/timekeeper.hpp"
#include "worker/pool_front.hpp"
#include "worker/record.hpp"

#include <covey/detail/stop/stop_state.hpp>
#include <covey/pool.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace covey::runtime {

// What a pool has done for it by code that knows more than it does: the life of a loop, and the look every few ms.
struct crew_duties {
  loop_body loop = nullptr;
  void (*tick)(crew& of) noexcept = nullptr;
};

// What the tick remembers until the next one.
struct tick_memory {
  std::uint64_t departures = 0;
  std::size_t awaited = 0;
  std::uint64_t moves = 0;
  unsigned still = 0;               // ticks in a row without a move
  unsigned without_processors = 0;  // in a row
  bool told_standstill = false;
};

class crew : public pool_front {
 public:
  // Keeps the crew as it is for those who may come to it after the scope that led them here has ended.
  class guest {
   public:
    explicit guest(crew& of) noexcept : of_(of) { of.begin_stay(); }
    guest(const guest&) = delete;
    guest& operator=(const guest&) = delete;
    ~guest() { of_.end_stay(); }

   private:
    crew& of_;
  };
  // The same for an open scope that no record of the crew owns.
  void begin_stay() noexcept { guests_.fetch_add(1, std::memory_order_seq_cst); }
  void end_stay() noexcept { guests_.fetch_sub(1, std::memory_order_seq_cst); }

  // --- workers -----------------------------------------------------------------------------------------------------
  // The record of a thread that enters; it has, or takes next, a place. @throws std::bad_alloc, pool_error.
  [[nodiscard]] record& enter(worker_kind kind) {
    return workers.enter(*this, *this, kind, deque_capacity_);
  }
  void leave(record& me) noexcept;
  [[nodiscard]] std::size_t members() const noexcept { return workers.size(); }
  [[nodiscard]] record* member(std::size_t i) const noexcept { return workers.at(i); }

  // --- waking (proof: runtime/README.md) ---------------------------------------------------------------------------
  // Wakes or starts one worker if a place is free and nobody searches yet. @param own: not through oneTBB.
  // @returns false when a place is free and nobody could be had for it; then sleeping waiters look for work themselves.
  bool wake_one(bool own = false) noexcept;
  // After a place became free while its holder sleeps: wakes somebody if there is work. @returns as wake_one().
  bool offer_place() noexcept;
  // A place for somebody to be woken or started: a free one, or that of a foreign thread that is not here.
  [[nodiscard]] bool try_take_place() noexcept;
  // True when there is work, a free place, and no thread to be had for it.
  [[nodiscard]] bool is_stranded() noexcept {
    return has_idle_place() && work_visible() && !wake_one(true);
  }
  // Starts a loop beyond the size, if there is none. @returns false when no thread is to be had.
  [[nodiscard]] bool start_beyond() noexcept;
  // Runs one queued child on the calling thread, which waits and is no worker of this pool: when is_stranded().
  void run_one_here() noexcept;
  // The loop beyond the size is gone, or has a place now.
  void give_beyond_up() noexcept { beyond_running_.store(false, std::memory_order_seq_cst); }
  [[nodiscard]] bool work_visible() const noexcept {
    return !common.empty() || workers.have_work() || spreads.any_visible();
  }

  // --- the tick: a look every few ms while anything is queued --------------------------------------------------------
  void arm_tick() noexcept;
  // By the tick itself: once more, or not.
  void arm_next_tick() noexcept;
  void end_ticks() noexcept;
  // There is no tick: the next spawn asks for it, or there is something queued, and it is armed now.
  void see_to_tick() noexcept;
  // A hint. False after arm_tick(): the system refuses the timer's thread.
  [[nodiscard]] bool has_tick() const noexcept {
    return tick_armed_.load(std::memory_order_relaxed);
  }

  // --- work ------------------------------------------------------------------------------------------------------
  // Queues a child in the common queue and wakes somebody. @throws std::bad_alloc; then nothing has changed.
  void inject(frame* f);
  // Items of the batch whose scope that is. Nothing: it is no batch of this pool, or has no items yet.
  [[nodiscard]] std::optional<spread_list::item_count> items_of(
      const detail::scope& s) const noexcept {
    return from_before_fork() ? std::nullopt : spreads.items_of(s);
  }

  // --- life ------------------------------------------------------------------------------------------------------
  // No thread begins anything any more. @returns false: that was so already, or it is a forked process
  [[nodiscard]] bool close() noexcept;
  // After close(): loops that sleep, or that oneTBB has not come for, end.
  void dismiss_idle_loops() noexcept;
  // Its loops are gone: their threads and records may serve another pool.
  void give_threads_back() noexcept;
  [[nodiscard]] pool_description describe() const;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const label& name() const noexcept { return name_; }
  // The root of the stop states of this pool, so that a shutdown wakes sleepers. @throws std::bad_alloc
  [[nodiscard]] detail::stop_state* root_state();
  // The same if it was asked for; null: nobody has.
  [[nodiscard]] detail::stop_state* root_state_if_any() const noexcept {
    return root_state_.load(std::memory_order_seq_cst);
  }
  // The cause of all stops that come from the end of the pool.
  [[nodiscard]] stop_reason shutdown_reason() const noexcept;

  // --- parts -------------------------------------------------------------------------------------------------------
  member_list workers;
  spread_list spreads;  // batches whose items any worker may take
  sleeper_list sleepers;

 private:
  friend class crews;
  friend class wait_watch;
  crew(const pool_options& options, const machine_limits& machine, const crew_duties& duties);
  // Serves a new pool. Strong guarantee. @throws as crews::make(). @pre is_deserted()
  void begin_again(const pool_options& options, const machine_limits& machine);
  // Nobody comes here any more, and nobody will; its records and threads are given back.
  [[nodiscard]] bool is_deserted() noexcept;

  // What the pool is; changed only by begin_again(), when nobody is here.
  std::size_t size_;
  bool explicit_size_;
  std::size_t max_substitutes_;
  std::size_t deque_capacity_;
  machine_limits machine_;
  label name_;
  crew* next_retired_ = nullptr;  // belongs to crews
  // Those who use the crew without a thread, a record or an owned scope of it: guests, open boxes.
  //   written  by them, +1 and -1.
  //   read     by is_deserted(). seq_cst: the -1 is the last touch, and what came before it is seen there.
  std::atomic<std::size_t> guests_{0};
  std::atomic<bool> tick_armed_{false};
  // A thread beyond the size runs a starving child. Written true by exchange, by whoever starts it; false when that fails,
  // when it ends, and when it has got a place.
  std::atomic<bool> beyond_running_{false};

  // Waiters that sleep, and can run children themselves when no thread is to be had.
  //   lenders_ written by wait_watch; read by wake_one() after its failure.
  //   lacks_   written by wake_one() when lenders_ is not zero; read by sleeping waiters in their question to the lot.
  //   order    seq_cst: the waiter raises lenders_ and then looks for work; a spawner queues its child and then reads
  //            lenders_. One of them sees the other.
  alignas(64) std::atomic<std::uint32_t> lenders_{0};
  std::atomic<std::uint32_t> lacks_{0};

  struct tick_timer : timer {
    crew* of = nullptr;
    void (*tick)(crew& of) noexcept = nullptr;
  } tick_timer_;

  std::atomic<detail::stop_state*> root_state_{nullptr};  // made on first need

 public:
  loops threads;
  tick_memory at_tick;  // belongs to the tick
  // Who may run bodies of oneTBB's algorithms.
  body_permits bodies{*this, size_};
};

}  // namespace covey::runtime
