// SPDX-License-Identifier: Apache-2.0
// Updates the cards of workers, and traces when they sleep.
#include "observe/tracked_workers.hpp"

#include "observe/trace_hooks.hpp"
#include "observe/tracking_entries.hpp"
#include "worker/pool_front.hpp"

#include <atomic>
#include <cstdint>
#include <unistd.h>

namespace covey::runtime {

namespace {

// Bits of worker_card::kind.
constexpr std::uint32_t foreign_thread = 1;
constexpr std::uint32_t borrowed_thread = 2;

[[nodiscard]] std::uint32_t this_thread_number() noexcept {
  thread_local const auto number = static_cast<std::uint32_t>(::gettid());
  return number;
}

}  // namespace

void track_owner(record& r) noexcept {
  trace_owner(r);
  const bool foreign = r.kind.load(std::memory_order_relaxed) == worker_kind::foreign;
  r.card.kind.store(foreign      ? foreign_thread
                    : r.borrowed ? borrowed_thread
                                 : 0,
                    std::memory_order_relaxed);
  r.card.pool.store(r.front->id(), std::memory_order_relaxed);
  r.card.thread.store(this_thread_number(), std::memory_order_relaxed);
}

void track_no_owner(record& r) noexcept {
  r.card.thread.store(0, std::memory_order_relaxed);
}

void track_sleep(record& me) noexcept {
  if (tracks_counts()) {
    me.card.fell_asleep.store(ticks(), std::memory_order_relaxed);
    me.card.sleeping.store(1, std::memory_order_relaxed);
  }
  trace_worker(me, trace_kind::sleep_begin);
}

void track_wake(record& me) noexcept {
  trace_worker(me, trace_kind::sleep_end);
  if (me.card.sleeping.load(std::memory_order_relaxed) != 0) {
    me.card.sleeping.store(0, std::memory_order_relaxed);
    me.card.sleeps.fetch_add(1, std::memory_order_relaxed);
    me.card.slept.fetch_add(ticks() - me.card.fell_asleep.load(std::memory_order_relaxed),
                            std::memory_order_relaxed);
  }
}

}  // namespace covey::runtime
