// SPDX-License-Identifier: Apache-2.0
// The whole worker record: the hot part that headers know, and what only the engine touches. Records are immortal.
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
// Lent: the owner sleeps in covey, or, as far as the tick can tell, in something else.
enum class body_permit : std::uint8_t { none, held, lent_by_owner, lent_by_tick };

struct record : detail::worker {
  // The deque: slots [base, end); base[0] is a sentinel, so that base[1] is the lowest child.
  //   [top, split) public, taken by thieves under `lock`; [split, sp) private to the owner.
  slot* base = nullptr;
  // `end` begins low and is raised when live children fill half of what is below it: a queue that is filled and emptied
  // for days is compacted before it has touched all of its address space.
  slot* end = nullptr;
  slot* last_end = nullptr;
  std::size_t capacity = 0;
  // Away from `floor` and `limit`, which the owner reads at every spawn and get: thieves write here.
  alignas(128) fork_mutex
      lock;  // guards top, split, the contents of public slots, and lowering `floor` / raising `limit`
  // Written under the lock; read without it only as hints.
  std::atomic<slot*> top{nullptr};
  std::atomic<slot*> split{nullptr};

  // All memory of frames that it ever made, as a list.
  struct slab {
    slab* next;
    std::size_t frames;
  };
  slab* slabs = nullptr;
  // Frames of this worker that others freed: pushed by anyone (release), taken by the owner (acquire).
  std::atomic<frame*> returned{nullptr};
  // How often the owner came to a slow path. Written by the owner; the starvation tick compares two readings.
  std::atomic<std::uint64_t> answers{0};
  std::uint64_t answers_at_tick = 0;  // belongs to the tick

  crew* of =
      nullptr;  // written under `lock`; read by the owner and by who has a scope of the crew open, else under `lock`
  pool_front* front = nullptr;  // the part of it that deques ask; set with `of`
  // The fork generation in which it came to its crew.
  //   written  by roster::acquire(); read by futures of frames that it made, which may outlive the pool (relaxed).
  std::atomic<std::uint32_t> born_in{0};
  bool borrowed = false;  // runs on a thread of oneTBB
  // The owner's permit to run bodies of oneTBB's algorithms (body_permits.hpp).
  //   written  by the owner, and by the tick, which moves it from held to lent_by_tick and back (compare-exchange).
  //   order    acq_rel: whoever moves it counts the permit, once.
  std::atomic<body_permit> permit{body_permit::none};

  // What the owner's right to run covey work has become (see runtime/README.md, "Places and sleep"). The owner has a place
  // when none of the three is set, and it runs something.
  // It runs beyond the size, without a place.
  //   written  true by the owner at the begin of its loop; false by whoever ends it (exchange): the owner when it goes or
  //            sleeps, the tick when it sleeps unseen.
  std::atomic<bool> beyond{false};
  // How many waits of covey and calls of blocking() it is in: when it is not zero its place is given away.
  //   written  +1 and -1 by the owner; to zero by whoever takes the right of a foreign thread that runs nothing any more.
  //   read     by the tick, as a hint. acq_rel.
  std::atomic<std::uint32_t> lent{0};
  // The tick has given one place more away in its name, because it sleeps in something that covey does not see.
  //   written  true by the tick; false by exchange, by whoever squares it: the tick or the owner.
  //   order    acq_rel; the place itself is counted in crew::places_.
  std::atomic<bool> absent{false};
  // For the tick alone: what the owner's thread was doing the last time, and how long it ran since the tick before.
  std::uint32_t thread_at_tick = 0;
  char state_at_tick = '\0';  // see state_of(); 0 also where there was no reason to ask
  bool slept_at_tick = false;
  std::uint64_t cpu_at_tick = 0;
  std::uint64_t ran_at_tick = not_known;  // ns
  static constexpr std::uint64_t not_known = ~std::uint64_t{0};
  record* next_of_thread = nullptr;  // in the list of its thread's records (thread_switch.cpp)
  std::uint16_t id = 0;              // index in the roster
  // Written by enter(); read by whoever looks for a place to take back (a hint).
  std::atomic<worker_kind> kind{worker_kind::foreign};
  std::uint32_t random = 1;
  std::uint64_t stop_epoch = 0;  // the stops that the owner has pulled so far
  record* next_free = nullptr;   // in the roster's free list
  // The words of its thread; null while `current` and `ran` have it all. Written by that thread (see thread_switch.cpp).
  std::atomic<const detail::thread_words*> live{nullptr};
  // Set when the owning thread exited while a nursery was open; whoever ends that nursery adopts the record.
  std::atomic<bool> abandoned{false};

  // Children of one scope that the owner stole, ran and freed, but has not reported yet (execute.cpp, "Reports").
  //   written  by the owner; taken by others that ask how many children are pending.
  //   order    all but the hints that takers read first are guarded by `batching`, or by batch_lock.
  std::atomic<detail::scope*> batch_of{nullptr};
  std::atomic<std::uint64_t> batch_count{0};
  frame* batch_first = nullptr;  // their memory, on its way to the home of the first
  frame* batch_last = nullptr;
  fork_mutex batch_lock;
  // The owner is at its batch. Written by the owner; read by a taker, under batch_lock, after a heavy_barrier().
  std::atomic<bool> batching{false};
  // A taker is at it. Written under batch_lock; read by the owner after it set `batching` (store_before_loads()).
  std::atomic<bool> batch_wanted{false};

  // The named children that the owner runs, innermost first, for messages of deadlines.
  fork_mutex named_lock;
  task_context* named = nullptr;  // guarded by named_lock

  // What the owner waits for; guarded by the lock of the wait graph.
  const frame* waits_for_child = nullptr;
  const detail::scope* waits_for_scope = nullptr;

  // What the tracker shows of this worker, and what it keeps for it (owner only).
  worker_card card;
  tracking_store* tracking = nullptr;
  std::uint64_t checked = 0;  // ticks: when the owner last looked at a stop, at level full
  // Its events on their way to the trace; made by the owner at the first one, who alone follows the pointer.
  trace_ring* trace = nullptr;

  // Counter, written by the owner, read by anyone (relaxed).
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

// Slots above `end`: for a push that finds the deque full, and for a batch that a thief brings home.
inline constexpr std::size_t deque_slack = 64;
// Where the first `end` lies.
inline constexpr std::size_t first_end = 4096;

}  // namespace covey::runtime
