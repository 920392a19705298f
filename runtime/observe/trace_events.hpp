// SPDX-License-Identifier: Apache-2.0
// What the engine tells the trace: events, each of them one store into a ring of the worker.
#pragma once

#include "worker/record.hpp"

#include <covey/task_info.hpp>

#include <atomic>
#include <cstdint>

namespace covey::runtime {

// Ids are those of the tracker: unique in the process, never 0. What `id`, `other` and `site` are:
enum class trace_kind : std::uint32_t {
  spawn,   // child, its nursery, where; before anybody can start it
  start,   // child, its nursery, where it was spawned
  finish,  // child, 0 done, 1 failed, 2 stopped, 3 never started; before anybody can learn of it
  nursery_open,     // nursery, the child or nursery that it was opened in, where
  nursery_end,      // nursery
  join_begin,       // nursery; the owner waits for its children, and may run some meanwhile
  join_end,         // nursery
  stop_request,     // nursery, stop_kind
  wait_begin,       // child or 0; the worker waits for a result, or blocks
  wait_end,         // the same
  sleep_begin,      // the worker sleeps: there is no work
  sleep_end,        //
  checkpoint_stop,  // child; it saw the stop
  items_begin,      // nursery of a batch; the worker begins to work on items of it
  items_end,        // the same, how many it has finished since
  cpu_time,  // 0, nanoseconds that the thread has computed so far; before and after bodies outside of all children
  owner      // only inside of the trace: what follows in this ring was done by thread `id`
};

struct trace_event {
  std::uint64_t ticks = 0;
  std::uint64_t id = 0;
  std::uint64_t other = 0;
  std::uint32_t site = 0;  // index of a site, see tracking_map
  trace_kind kind = trace_kind::owner;
};
static_assert(sizeof(trace_event) == 32);

// How a child or a nursery is called.
struct trace_named {
  std::uint64_t id = 0;
  label name;
};

// Whether events are wanted.
//   written  by trace_rings under its lock, and by the fork handler in a child.
//   read     by every hook, before it makes an event.
//   order    relaxed, a hint: an event that is made too late is dropped, one that is missing happened before the trace.
extern constinit std::atomic<bool> tracing;

[[nodiscard]] inline bool is_tracing() noexcept {
  return tracing.load(std::memory_order_relaxed);
}

// Called by the owner of `me`, or with null by a thread without a worker record, for which it takes a lock. Some 10 ns.
// Never waits for the file; an event that finds the ring full is counted as lost.
void trace(record* me, const trace_event& what) noexcept;

// The name of a child or a nursery; to be called before its first event.
void trace_name(record* me, std::uint64_t id, const label& name) noexcept;

}  // namespace covey::runtime
