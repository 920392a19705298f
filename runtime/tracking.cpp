// SPDX-License-Identifier: Apache-2.0
// Levels of tracking; what workers are and do.
#include "crew.hpp"
#include "fork.hpp"
#include "stop.hpp"
#include "trace_hooks.hpp"
#include "tracker.hpp"
#include "tracking_records.hpp"
#include "tracking_store.hpp"

#include <covey/tracking.hpp>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <pthread.h>
#include <string_view>
#include <unistd.h>

namespace covey {

namespace {

constinit std::mutex level_lock;

// From COVEY_TRACKING, before main().
[[maybe_unused]] const bool begun = [] {
  const char* const given = ::secure_getenv("COVEY_TRACKING");
  if (given == nullptr) {
    return false;
  }
  for (const tracking_level each :
       {tracking_level::off, tracking_level::counters, tracking_level::full}) {
    if (to_string(each) == given) {
      if (!runtime::is_tracing()) {  // COVEY_TRACE has set the level that it needs
        set_tracking(each);
      }
      return true;
    }
  }
  std::fputs("covey: COVEY_TRACKING must be off, counters or full; nothing is tracked\n", stderr);
  return false;
}();

// set_tracking() takes the second while it holds the first.
// NOLINTNEXTLINE(cppcoreguidelines-interfaces-global-init): its address is taken, and it is constinit
[[maybe_unused]] const int held_tables_at_forks =
    runtime::hold_at_forks<level_lock, runtime::tables_lock>();

// A forked process shows itself under its own number.
[[maybe_unused]] const int fork_told = ::pthread_atfork(nullptr, nullptr, [] {
  covey_tracking_map.process.store(static_cast<std::uint32_t>(::getpid()),
                                   std::memory_order_relaxed);
});

}  // namespace

std::string_view to_string(tracking_level level) noexcept {
  switch (level) {
    case tracking_level::counters:
      return "counters";
    case tracking_level::full:
      return "full";
    default:
      return "off";
  }
}

void set_tracking(tracking_level level) {
  const std::scoped_lock guard(level_lock);
  runtime::renew_clock();
  covey_tracking_map.level.store(static_cast<std::uint32_t>(level), std::memory_order_seq_cst);
  auto& outermost = detail::no_context.attention;
  if (level == tracking_level::full) {
    outermost.fetch_or(detail::attention::tracked, std::memory_order_seq_cst);
    runtime::announce_stop();  // nothing stops; but everybody looks
  } else {
    outermost.fetch_and(~detail::attention::tracked, std::memory_order_seq_cst);
  }
}

tracking_level tracking() noexcept {
  return static_cast<tracking_level>(covey_tracking_map.level.load(std::memory_order_relaxed));
}

}  // namespace covey

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

void track_worker(record& r) noexcept {
  worker_card& card = r.card;
  card.number.store(r.id, std::memory_order_relaxed);
  card.ran.store(&r.ran, std::memory_order_relaxed);
  card.next.store(covey_tracking_map.workers.load(std::memory_order_relaxed),
                  std::memory_order_relaxed);
  covey_tracking_map.workers.store(&card, std::memory_order_release);
}

void track_owner(record& r) noexcept {
  trace_owner(r);
  const bool foreign = r.kind.load(std::memory_order_relaxed) == worker_kind::foreign;
  r.card.kind.store(foreign      ? foreign_thread
                    : r.borrowed ? borrowed_thread
                                 : 0,
                    std::memory_order_relaxed);
  r.card.pool.store(r.of->id(), std::memory_order_relaxed);
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
