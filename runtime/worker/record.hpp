// SPDX-License-Identifier: Apache-2.0
// The worker record: the hot part that inline code uses, and the rest. Records are never freed.
#pragma once

#include "base/fork.hpp"
#include "worker/tracking_map.hpp"

#include <covey/detail/task/worker.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace covey::runtime {

class crew;
class pool_front;
struct task_context;
struct tracking_store;
class trace_ring;
using detail::frame;
using detail::slot;

enum class worker_kind : std::uint8_t { foreign, thief };
// lent_by_owner: the owner sleeps in covey. lent_by_tick: the tick found that it sleeps in something that covey does not
// see.
enum class body_credit : std::uint8_t { none, held, lent_by_owner, lent_by_tick };

struct record : detail::worker {
  // The deque: slots [base, end); base[0] is a sentinel, so that base[1] is the lowest child.
  //   [top, split) public, taken by thieves under `lock`; [split, sp) private to the owner.
  slot* base = nullptr;
  // `end` begins low and is raised when live children fill half of the slots below it. So a deque that is filled and
  // emptied many times is compacted, and does not use all of its reserved address space.
  slot* end = nullptr;
  slot* last_end = nullptr;
  std::size_t capacity = 0;
  // Thieves write here; on another cache line than `floor` and `ceiling`, which the owner reads at every spawn and get.
  // The lock guards top, split, the contents of public slots, and lowering `floor` / raising `ceiling`, after which the owner
  // asks less often.
  alignas(128) fork_mutex lock;
  // Written under the lock; read without it only as hints.
  std::atomic<slot*> top{nullptr};
  std::atomic<slot*> split{nullptr};

  // All memory of frames that this worker made, as a list.
  struct slab {
    slab* next;
    std::size_t frames;
  };
  slab* slabs = nullptr;
  // Frames of this worker that others freed: pushed by anyone (release), taken by the owner (acquire).
  std::atomic<frame*> freed_elsewhere{nullptr};
  // Slow paths that the owner took. Written by the owner; the tick compares two readings.
  std::atomic<std::uint64_t> answers{0};
  std::uint64_t answers_at_tick = 0;  // belongs to the tick

  // The pool. Written under `lock`; read without it by the owner and by threads that hold a scope of the pool open.
  crew* of = nullptr;
  pool_front* front = nullptr;  // the part of it that deques use; set with `of`
  // The fork generation in which the record came to its pool.
  //   written  by roster::acquire(); read by futures of frames that it made, which may outlive the pool (relaxed).
  std::atomic<std::uint32_t> born_in{0};
  bool borrowed = false;  // runs on a thread of oneTBB
  // The owner's credit to run bodies of oneTBB's algorithms (body_credits.hpp).
  //   written  by the owner, and by the tick, which moves it from held to lent_by_tick and back (compare-exchange).
  //   order    acq_rel: each move counts the credit, once.
  std::atomic<body_credit> credit{body_credit::none};

  // This and the next two: the state of the owner's right to run covey work (runtime/README.md, "Permits and sleep"). The
  // owner has a permit when it runs something and none of the three is set.
  // `beyond`: it is the thread beyond the size, and runs without a permit.
  //   written  true by the owner at the begin of its loop; false (exchange) by the owner when it ends or sleeps, or by the
  //            tick when it sleeps unseen.
  std::atomic<bool> beyond{false};
  // Waits of covey and calls of blocking() that the owner is in. Not zero: its permit is lent.
  //   written  +1 and -1 by the owner; zero by the thread that takes the permit of a foreign thread which runs nothing.
  //   read     by the tick, as a hint. acq_rel.
  std::atomic<std::uint32_t> lent{0};
  // The tick has lent the owner's permit, because the owner sleeps in something that covey does not see.
  //   written  true by the tick; false (exchange) by the tick or the owner: that thread counts the permit back.
  //   order    acq_rel; the permit itself is counted in crew::permits_.
  std::atomic<bool> absent{false};
  // For the tick alone: the state of the owner's thread at the last tick, and how long it ran since the one before.
  std::uint32_t thread_at_tick = 0;
  char state_at_tick = '\0';  // see state_of(); 0: not asked, or unknown
  bool slept_at_tick = false;
  std::uint64_t cpu_at_tick = 0;
  std::uint64_t ran_at_tick = not_known;  // ns
  static constexpr std::uint64_t not_known = ~std::uint64_t{0};
  record* next_of_thread = nullptr;  // in the list of its thread's records (thread_switch.cpp)
  std::uint16_t id = 0;              // index in the roster
  // Written by enter(); read by threads that search for a permit to reclaim (a hint).
  std::atomic<worker_kind> kind{worker_kind::foreign};
  std::uint32_t random = 1;
  std::uint64_t stop_epoch =
      0;                        // value of runtime::stop_epoch when the owner last looked for stops
  record* next_free = nullptr;  // in the roster's free list
  // The words of the owner's thread; null: `current` and `ran` hold their values. Written by that thread
  // (thread_switch.cpp).
  std::atomic<const detail::thread_words*> live{nullptr};
  // The owner's thread exited while a nursery was open; the thread that ends that nursery takes the record over.
  std::atomic<bool> abandoned{false};

  // Held reports: children of one scope that the owner stole, ran and freed, and has not reported yet (reports.cpp).
  //   written  by the owner; taken by threads that ask how many children are pending.
  //   order    takers first read held_scope and held_count as hints; all else is guarded by `changing_held`, or by held_lock.
  std::atomic<detail::scope*> held_scope{nullptr};
  std::atomic<std::uint64_t> held_count{0};
  frame* held_first = nullptr;  // their memory, on its way to the home of the first
  frame* held_last = nullptr;
  fork_mutex held_lock;
  // The owner changes its held reports. Written by the owner; read by a taker, under held_lock, after a heavy_barrier().
  std::atomic<bool> changing_held{false};
  // A taker wants them. Written under held_lock; read by the owner after it set `changing_held` by store_before_loads().
  std::atomic<bool> held_wanted{false};

  // The named children that the owner runs, innermost first, for messages of deadlines.
  fork_mutex named_lock;
  task_context* named = nullptr;  // guarded by named_lock

  // What the owner waits for; guarded by the lock of the wait graph.
  const frame* waits_for_child = nullptr;
  const detail::scope* waits_for_scope = nullptr;

  // What the tracker shows of this worker, and what it keeps for it (owner only).
  worker_card card;
  tracking_store* tracking = nullptr;
  std::uint64_t checked = 0;  // ticks: when the owner last looked for a stop, at level full
  // Its events on their way to the trace. Made by the owner at the first event; only the owner follows the pointer.
  trace_ring* trace = nullptr;

  // Times that the owner forced another deque. Written by the owner, read by anyone (relaxed).
  std::atomic<std::uint64_t> forced{0};
};

[[nodiscard]] inline bool has_record(const detail::worker& w) noexcept {
  return &w != &detail::no_worker;
}
[[nodiscard]] inline record& record_of(detail::worker& w) noexcept {
  return static_cast<record&>(w);
}
// The record of this thread, or null.
[[nodiscard]] inline record* this_record() noexcept {
  detail::worker& w = *detail::this_worker();
  return has_record(w) ? &record_of(w) : nullptr;
}

// Slots above `end`: for a push that finds the deque full, and for children that a thief brings from another deque.
inline constexpr std::size_t deque_slack = 64;
// Where the first `end` lies.
inline constexpr std::size_t first_end = 4096;

}  // namespace covey::runtime
