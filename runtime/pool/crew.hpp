// SPDX-License-Identifier: Apache-2.0
// The inside of a pool: its workers, its loops, its batches, and who is woken for work.
#pragma once

#include "base/fork.hpp"
#include "platform/machine.hpp"
#include "pool/body_credits.hpp"
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

// Functions of folders above that a pool calls: the body of a worker loop, and the tick.
struct crew_duties {
  loop_body loop = nullptr;
  void (*tick)(crew& of) noexcept = nullptr;
};

// What the tick stores for the next one.
struct tick_memory {
  std::uint64_t departures = 0;
  std::size_t awaited = 0;
  std::uint64_t moves = 0;
  unsigned still = 0;               // ticks in a row without progress
  unsigned without_processors = 0;  // in a row
  bool told_standstill = false;
};

class crew : public pool_front {
 public:
  // While it lives, the crew is not reused for another pool. For threads that use it after the scope by which they reached
  // it may have ended.
  class guest {
   public:
    explicit guest(crew& of) noexcept : of_(of) { of.begin_stay(); }
    guest(const guest&) = delete;
    guest& operator=(const guest&) = delete;
    ~guest() { of_.end_stay(); }

   private:
    crew& of_;
  };
  // The same for an open scope that no worker of the crew owns (a box).
  void begin_stay() noexcept { guests_.fetch_add(1, std::memory_order_seq_cst); }
  void end_stay() noexcept { guests_.fetch_sub(1, std::memory_order_seq_cst); }

  // --- workers -----------------------------------------------------------------------------------------------------
  // The record of a thread that enters; the thread has a permit, or takes one next. @throws std::bad_alloc, pool_error.
  [[nodiscard]] record& enter(worker_kind kind) {
    return workers.enter(*this, *this, kind, deque_capacity_);
  }
  void leave(record& me) noexcept;
  [[nodiscard]] std::size_t members() const noexcept { return workers.size(); }
  [[nodiscard]] record* member(std::size_t i) const noexcept { return workers.at(i); }

  // --- waking (proof: runtime/README.md) ---------------------------------------------------------------------------
  // Wakes or starts one worker if a permit is free and no loop searches. @param own true: does not ask oneTBB for the
  // thread.
  // @returns false when a permit is free and no thread could be had for it; then sleeping waiters are woken to search.
  bool wake_one(bool own = false) noexcept;
  // After a permit was lent: wakes a worker if there is work. @returns as wake_one().
  bool offer_permit() noexcept;
  // Takes a permit for a worker to be woken or started: a free one, or that of a foreign thread without an open nursery.
  [[nodiscard]] bool try_take_permit() noexcept;
  // True when there is work and a free permit, and no thread can be had.
  [[nodiscard]] bool is_stranded() noexcept {
    return has_idle_permit() && work_visible() && !wake_one(true);
  }
  // Starts the loop beyond the size, if there is none. @returns false when no thread can be had.
  [[nodiscard]] bool start_beyond() noexcept;
  // Runs one queued child on the calling thread, which waits and is no worker of this pool. @pre is_stranded()
  void run_one_here() noexcept;
  // The loop beyond the size has ended, or has a permit now.
  void give_beyond_up() noexcept { beyond_running_.store(false, std::memory_order_seq_cst); }
  [[nodiscard]] bool work_visible() const noexcept {
    return !common.empty() || workers.have_work() || spreads.any_visible();
  }

  // --- the tick: a timer of 5 ms that is armed while anything is queued -----------------------------------------------
  void arm_tick() noexcept;
  // By the tick: arms the next one, or none.
  void arm_next_tick() noexcept;
  void end_ticks() noexcept;
  // Arms the tick if anything is queued. Otherwise the next spawn takes the slow path, which arms it.
  void see_to_tick() noexcept;
  // A hint. False after arm_tick(): the system refuses the timer thread.
  [[nodiscard]] bool has_tick() const noexcept {
    return tick_armed_.load(std::memory_order_relaxed);
  }

  // --- work ------------------------------------------------------------------------------------------------------
  // Queues a child in the common queue and wakes a worker. @throws std::bad_alloc; then nothing has changed.
  void inject(frame* f);
  // Items of the batch whose scope that is. Nothing: it is no batch of this pool, or has no items yet.
  [[nodiscard]] std::optional<spread_list::item_count> items_of(
      const detail::scope& s) const noexcept {
    return from_before_fork() ? std::nullopt : spreads.items_of(s);
  }

  // --- life ------------------------------------------------------------------------------------------------------
  // From now on no child starts. @returns false: the crew was closed before, or this is a forked process
  [[nodiscard]] bool close() noexcept;
  // After close(): ends the loops that sleep, and cancels the requests to oneTBB.
  void dismiss_idle_loops() noexcept;
  // After the loops have ended: joins their threads, and gives the records back to the roster.
  void give_threads_back() noexcept;
  [[nodiscard]] pool_description describe() const;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const label& name() const noexcept { return name_; }
  // The root of the stop states of this pool, so that a shutdown wakes sleepers. @throws std::bad_alloc
  [[nodiscard]] detail::stop_state* root_state();
  // The same, or null if none was made.
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
  friend class shortage_watch;
  crew(const pool_options& options, const machine_capacity& machine, const crew_duties& duties);
  // Serves a new pool. Strong guarantee. @throws as crews::make(). @pre is_deserted()
  void begin_again(const pool_options& options, const machine_capacity& machine);
  // True when no thread uses the crew or will use it. Then its records and threads are given back.
  [[nodiscard]] bool is_deserted() noexcept;

  // The options of the pool; changed only by begin_again(), when no thread uses the crew.
  std::size_t size_;
  bool explicit_size_;
  std::size_t max_substitutes_;
  std::size_t deque_capacity_;
  machine_capacity machine_;
  label name_;
  crew* next_retired_ = nullptr;  // belongs to crews
  // Uses of the crew that no thread, record or owned scope of it stands for: guests and open boxes.
  //   written  +1 and -1 by guests and boxes.
  //   read     by is_deserted(). seq_cst: the -1 is the last access, and what came before it is seen there.
  std::atomic<std::size_t> guests_{0};
  std::atomic<bool> tick_armed_{false};
  // There is a loop beyond the size. Written true (exchange) by the thread that starts it; false when the start fails, when
  // the loop ends, and when it gets a permit.
  std::atomic<bool> beyond_running_{false};

  // sleeping_helpers_: waiters that sleep and can run children themselves. shortages_: how often a thread was wanted for them in vain.
  //   written  sleeping_helpers_ by shortage_watch, +1 and -1; shortages_ by wake_one() after it failed, if sleeping_helpers_ is not zero.
  //   read     sleeping_helpers_ by wake_one(); shortages_ by sleeping waiters, in their question to the lot.
  //   order    seq_cst: a waiter raises sleeping_helpers_ and then searches; a spawner queues its child and then reads sleeping_helpers_. One
  //            of them sees the other.
  alignas(64) std::atomic<std::uint32_t> sleeping_helpers_{0};
  std::atomic<std::uint32_t> shortages_{0};

  struct tick_timer : timer {
    crew* of = nullptr;
    void (*tick)(crew& of) noexcept = nullptr;
  } tick_timer_;

  std::atomic<detail::stop_state*> root_state_{nullptr};  // made on first need

 public:
  loops threads;
  tick_memory at_tick;  // belongs to the tick
  // Who may run bodies of oneTBB's algorithms.
  body_credits bodies{*this, size_};
};

}  // namespace covey::runtime
