// SPDX-License-Identifier: Apache-2.0
// Makes trace events of the tracker's entries. Each function costs one load while no trace is written.
#pragma once

#include "observe/trace_events.hpp"
#include "observe/trace_ring.hpp"
#include "observe/tracking_entries.hpp"
#include "scope/context.hpp"

#include <cstdint>
#include <ctime>

namespace covey::runtime {

// @tparam Entry of a child or of a nursery
// @param other as trace_kind says
template <class Entry>
void trace_entry(record* me,
                 trace_kind kind,
                 const Entry& of,
                 std::uint64_t other,
                 std::uint64_t stamp) noexcept {
  if (is_tracing()) {
    trace(me,
          {stamp,
           of.id.load(std::memory_order_relaxed),
           other,
           of.site.load(std::memory_order_relaxed),
           kind});
  }
}

// Traces the processor time of this thread, if it runs no child. So the trace can tell a body that computes from one that
// waits for something that covey does not see (a thread, a file). Some 300 ns.
inline void trace_cpu(record* me) noexcept {
  if (me != nullptr && is_tracing() && me->card.child.load(std::memory_order_relaxed) == 0) {
    timespec spent{};
    static_cast<void>(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent));
    const std::uint64_t ns = static_cast<std::uint64_t>(spent.tv_sec) * 1'000'000'000U +
                             static_cast<std::uint64_t>(spent.tv_nsec);
    trace(me, {ticks(), 0, ns, 0, trace_kind::cpu_time});
  }
}

// A name comes before the first event of its task.
inline void trace_opened(record* me, const nursery_entry& of, const label& name) noexcept {
  if (is_tracing()) {
    if (!name.empty()) {
      trace_name(me, of.id.load(std::memory_order_relaxed), name);
    }
    trace_entry(me,
                trace_kind::nursery_open,
                of,
                of.parent.load(std::memory_order_relaxed),
                of.born.load(std::memory_order_relaxed));
    trace_cpu(me);
  }
}
// @param queued false: the child runs already, and only its name is traced.
inline void trace_listed(record* me,
                         const child_entry& of,
                         const label& name,
                         bool queued) noexcept {
  if (is_tracing()) {
    if (!name.empty()) {
      trace_name(me, of.id.load(std::memory_order_relaxed), name);
    }
    if (queued) {
      trace_entry(me,
                  trace_kind::spawn,
                  of,
                  of.parent.load(std::memory_order_relaxed),
                  of.born.load(std::memory_order_relaxed));
    }
  }
}

// The time stamp of an event that happens now; 0 while no trace is written.
[[nodiscard]] inline std::uint64_t trace_stamp() noexcept {
  return is_tracing() ? ticks() : 0;
}

// Another thread owns the record from now on.
inline void trace_owner(const record& r) noexcept {
  if (r.trace != nullptr) {
    r.trace->session = 0;
  }
}

// A worker begins or ends something that is no task; `id` is what it waits for, or 0.
inline void trace_worker(record& me, trace_kind kind, std::uint64_t id = 0) noexcept {
  if (is_tracing()) {
    trace(&me, {ticks(), id, 0, 0, kind});
  }
}

// The child that runs on this thread saw its stop.
inline void trace_stop_seen(record& me) noexcept {
  const std::uint32_t at = me.card.child.load(std::memory_order_relaxed);
  if (at != 0 && is_tracing()) {
    trace_entry(&me, trace_kind::checkpoint_stop, child_at(at), 0, ticks());
  }
}

}  // namespace covey::runtime
