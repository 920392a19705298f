// SPDX-License-Identifier: Apache-2.0
// What the workers of one pool share: places, searchers, sleepers, the common queue, the starvation tick.
#pragma once

#include "body_permits.hpp"
#include "fork.hpp"
#include "injector.hpp"
#include "machine.hpp"
#include "record.hpp"
#include "threads.hpp"
#include "timekeeper.hpp"

#include <covey/detail/spread.hpp>
#include <covey/detail/stop_state.hpp>
#include <covey/pool.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace covey::runtime {

// True if membarrier works here, so that light_barrier() may be free.
[[nodiscard]] bool asymmetric_fence() noexcept;

// A worker loop that sleeps.
struct sleeper {
  // 0: asleep; 1: woken, with a place, and counted among the searchers.
  std::atomic<std::uint32_t> word{0};
  sleeper* next = nullptr;  // guarded by crew::sleepers_lock_
};

class crew {
 public:
  // One for a new pool: that of a pool which has ended, and to which nobody comes any more, or else a new one (proof:
  // runtime/README.md). @throws pool_error when the threads cannot exist together, or too many pools; std::bad_alloc.
  [[nodiscard]] static crew& make(const pool_options& options, const machine_limits& machine);
  // Its pool has ended; it may serve another one as soon as nobody comes to it. @pre shutdown() was called
  void await_reuse() noexcept;

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

  // --- members ---------------------------------------------------------------------------------------------------
  // The record of a thread that enters; it takes a place. @throws std::bad_alloc, pool_error.
  [[nodiscard]] record& enter(worker_kind kind);
  void leave(record& me) noexcept;
  [[nodiscard]] std::size_t members() const noexcept {
    return member_count_.load(std::memory_order_acquire);
  }
  [[nodiscard]] record* member(std::size_t i) const noexcept {
    return (*members_[i / chunk_size].load(std::memory_order_acquire))[i % chunk_size].load(
        std::memory_order_acquire);
  }

  // --- places: how many more threads may run covey work ------------------------------------------------------------
  void give_place() noexcept { places_.fetch_add(1, std::memory_order_seq_cst); }
  void occupy_place() noexcept { places_.fetch_sub(1, std::memory_order_seq_cst); }
  [[nodiscard]] bool try_take_place() noexcept;
  // True for the loops that must give way: as many as run beyond the size.
  [[nodiscard]] bool retire() noexcept;
  // The owner of `me` runs no covey work for now: what right it has becomes free.
  void release_right(record& me) noexcept;
  // The same where it may have lent it.
  void give_up_right(record& me) noexcept {
    if (me.lent.exchange(0, std::memory_order_acq_rel) == 0) {
      release_right(me);
    }
  }
  // The owner of `me` is back in covey: it has a place again if the tick has lent it.
  void resume(record& me) noexcept {
    if (me.absent.load(std::memory_order_relaxed)) {
      call_back(me);
    }
  }
  [[nodiscard]] bool overcrowded() const noexcept {
    return places_.load(std::memory_order_relaxed) < 0;
  }
  // Somebody searches, or somebody could be woken to.
  [[nodiscard]] bool wants_work() const noexcept {
    return searching_.load(std::memory_order_seq_cst) > 0 ||
           places_.load(std::memory_order_seq_cst) > 0;
  }
  // Nobody searches although a place is free: the next one who has work must wake somebody.
  [[nodiscard]] bool has_idle_place() const noexcept {
    return searching_.load(std::memory_order_seq_cst) == 0 &&
           places_.load(std::memory_order_seq_cst) > 0;
  }

  // --- sleeping and waking (proof: runtime/README.md) --------------------------------------------------------------
  // Wakes or starts one worker if a place is free and nobody searches yet. @param own: not through oneTBB.
  // @returns false when a place is free and nobody could be had for it; then sleeping waiters look for work themselves.
  bool wake_one(bool own = false) noexcept;
  // After a place became free while its holder sleeps: wakes somebody if there is work. @returns as wake_one().
  bool offer_place() noexcept;
  // True when there is work, a free place, and no thread to be had for it.
  [[nodiscard]] bool is_stranded() noexcept {
    return has_idle_place() && work_visible() && !wake_one(true);
  }
  // Runs one queued child on the calling thread, which waits and is no worker of this pool: when is_stranded().
  void run_one_here() noexcept;
  [[nodiscard]] bool work_visible() const noexcept;
  void arm_tick() noexcept;
  // A hint. False after arm_tick(): the system refuses the timer's thread.
  [[nodiscard]] bool has_tick() const noexcept {
    return tick_armed_.load(std::memory_order_relaxed);
  }

  // --- work ------------------------------------------------------------------------------------------------------
  injector common;

  // Runs loops until told to rest; entered with a place and counted among the searchers.
  void work_loop(bool borrowed, bool extra) noexcept;

  // The pool that a queued child names in frame::holder while it lies in a common queue; null: there is none.
  [[nodiscard]] static crew* by_id(std::uint16_t id) noexcept;
  [[nodiscard]] std::uint16_t id() const noexcept { return id_; }
  // Queues a child in the common queue and wakes somebody. @throws std::bad_alloc; then nothing has changed.
  void inject(frame* f);
  // Batches whose items any worker may take (spread.cpp).
  void enroll(detail::spread& work) noexcept;
  void withdraw(detail::spread& work) noexcept;
  // Items of the batch whose scope that is. Nothing: it is no batch of this pool, or has no items yet.
  struct item_count {
    std::uint64_t finished = 0;
    std::uint64_t total = 0;  // 0: unknown
  };
  [[nodiscard]] std::optional<item_count> items_of(const detail::scope& s) const noexcept;

  // --- life ------------------------------------------------------------------------------------------------------
  [[nodiscard]] bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
  [[nodiscard]] bool from_before_fork() const noexcept;
  void shutdown() noexcept;
  [[nodiscard]] pool_description describe() const;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // The root of the stop states of this pool, so that a shutdown wakes sleepers. @throws std::bad_alloc
  [[nodiscard]] detail::stop_state* root_state();
  [[nodiscard]] const label& name() const noexcept { return name_; }

 private:
  friend struct loop;
  crew(const pool_options& options, const machine_limits& machine);
  // Serves a new pool. Strong guarantee. @throws as make(). @pre is_deserted()
  void begin_again(const pool_options& options, const machine_limits& machine);
  // Nobody comes here any more, and nobody will; its records and threads are given back.
  [[nodiscard]] bool is_deserted() noexcept;
  [[nodiscard]] static crew* take_retired() noexcept;
  void add_member(record& r, std::size_t index);
  friend class wait_watch;
  static void tick_fired(timer* t) noexcept;
  void tick() noexcept;
  void call_back(record& me) noexcept;
  void see_to_tick() noexcept;
  void give_beyond_up() noexcept { extra_running_.store(false, std::memory_order_seq_cst); }
  [[nodiscard]] static bool is_at_work(const record& r) noexcept;
  // By the tick: how long each thread at work ran since the last one, and, of those that hardly did, whether they sleep.
  void read_threads(bool wanting) const noexcept;
  // Some thread at work wants to run and hardly did since the last tick: the machine has no processor for one more.
  [[nodiscard]] bool lacks_processors() const noexcept;
  // What the tick does about threads that sleep in something unseen. @returns whether there are any.
  bool look_at_sleepers(bool starving, bool may_lend) noexcept;
  void lend_for(record& r) noexcept;
  [[nodiscard]] bool start_beyond() noexcept;
  void look_for_standstill(bool no_thread) noexcept;
  [[nodiscard]] std::uint64_t moves() const noexcept;
  void stop_everything() noexcept;
  void reuse_records() noexcept;
  void ask_members() const noexcept;
  [[nodiscard]] bool reclaim_place() noexcept;
  [[nodiscard]] bool lend_loop() noexcept;
  [[nodiscard]] bool take_awaited_loop() noexcept;
  [[nodiscard]] bool replace_awaited_loop() noexcept;
  [[nodiscard]] bool start_loop(bool own, bool extra) noexcept;
  // What a loop remembers between two looks for work.
  struct search {
    std::array<frame*, 32> extra{};  // what came with the child that was found
    std::size_t taken = 0;           // how many of those
    record* last = nullptr;          // the last victim that had work
    bool shares = true;              // takes shares of batches, too
    bool saw_private = false;        // this time, and how often in a row
    unsigned private_looks = 0;
    unsigned empty_looks = 0;
  };
  [[nodiscard]] frame* find_work(record& me, search& in) noexcept;
  void found_work() noexcept;
  [[nodiscard]] bool force_somebody(record& me) const noexcept;
  // A new child with part of a batch; null: there is none worth it.
  [[nodiscard]] frame* steal_share(bool only_parked) noexcept;
  [[nodiscard]] bool shares_visible() const noexcept;
  bool tick_shares(bool& starving) noexcept;
  [[nodiscard]] bool rest(sleeper& self, bool borrowed) noexcept;
  [[nodiscard]] bool leave_list(sleeper& self) noexcept;
  [[nodiscard]] sleeper* wake_sleeper() noexcept;

  static constexpr std::size_t most_members = 16384;

  static constexpr std::size_t chunk_size = 64;

  // What the pool is; changed only by begin_again(), when nobody is here.
  std::size_t size_;
  bool explicit_size_;
  std::size_t max_substitutes_;
  std::size_t deque_capacity_;
  machine_limits machine_;
  label name_;
  const std::uint32_t born_in_;  // fork generation
  std::uint16_t id_ = 0;         // for ever; set by make() before anybody knows the crew
  crew* next_retired_ = nullptr;
  // Those who use the crew without a thread, a record or an owned scope of it: guests, open boxes.
  //   written  by them, +1 and -1.
  //   read     by is_deserted(). seq_cst: the -1 is the last touch, and what came before it is seen there.
  std::atomic<std::size_t> guests_{0};
  lender lender_;
  own_threads own_;

  // Free places: size, less the threads in covey work, plus the places lent by workers that sleep in a wait.
  //   written  by whoever takes, gives, lends or takes back a place; may be below zero for a moment.
  //   read     by spawners and loops. seq_cst: part of the sleep protocol.
  alignas(64) std::atomic<int> places_;
  // Loops that look for work, and those woken to. Written and read like places_.
  alignas(64) std::atomic<int> searching_{0};
  // Loops that exist: borrowed from oneTBB (also those it has not started yet), and on threads of our own.
  std::atomic<std::size_t> borrowed_{0};
  std::atomic<std::size_t> own_running_{0};
  // Loops that oneTBB was asked for, and that hold a place and a search since, but have not begun: oneTBB may be busy
  // elsewhere for any length of time. A loop that begins takes one of these; so does the tick, which then starts an own
  // thread instead, and the loop that finds none left ends at once.
  //   written  +1 by lend_loop(); -1 by whoever takes one (compare-exchange, so that each is taken once).
  //   read     by the tick. acq_rel: the place and the search pass from the asker to the taker.
  std::atomic<std::size_t> awaited_loops_{0};
  std::atomic<bool> closed_{false};
  std::atomic<bool> tick_armed_{false};
  std::atomic<bool> extra_running_{false};  // a thread beyond the size runs a starving child

  // Waiters that sleep, and can run children themselves when no thread is to be had.
  //   lenders_ written by wait_watch; read by wake_one() after its failure.
  //   lacks_   written by wake_one() when lenders_ is not zero; read by sleeping waiters in their question to the lot.
  //   order    seq_cst: the waiter raises lenders_ and then looks for work; a spawner queues its child and then reads
  //            lenders_. One of them sees the other.
  alignas(64) std::atomic<std::uint32_t> lenders_{0};
  std::atomic<std::uint32_t> lacks_{0};

  fork_mutex sleepers_lock_;
  sleeper* sleepers_ = nullptr;  // last in, first out; guarded by sleepers_lock_

  fork_mutex members_lock_;  // writers only
  // In chunks that are made on need and stay; entries are reused, never removed.
  using member_chunk = std::array<std::atomic<record*>, chunk_size>;
  std::array<std::atomic<member_chunk*>, most_members / chunk_size> members_{};
  std::atomic<std::size_t> member_count_{0};
  record* free_members_ = nullptr;  // guarded by members_lock_

  struct tick_timer : timer {
    crew* of = nullptr;
  } tick_timer_;
  mutable fork_mutex spreads_lock_;
  detail::spread* spreads_ = nullptr;         // guarded by spreads_lock_
  std::atomic<std::size_t> spread_count_{0};  // written under the lock; read without it as a hint

  std::atomic<detail::stop_state*> root_state_{nullptr};  // made on first need
  std::uint64_t departures_at_tick_ = 0;                  // belongs to the tick
  std::size_t awaited_at_tick_ = 0;                       // belongs to the tick
  std::uint64_t moves_at_tick_ = 0;                       // belongs to the tick, as do these
  unsigned still_ticks_ = 0;
  unsigned ticks_without_processors_ = 0;
  bool told_standstill_ = false;

 public:
  // Who may run bodies of oneTBB's algorithms.
  body_permits bodies{*this, size_};
};

}  // namespace covey::runtime
