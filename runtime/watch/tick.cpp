// SPDX-License-Identifier: Apache-2.0
// The starvation tick: a queued child is started even if no covey thread ever comes for it.
#include "watch/tick.hpp"

#include "deque/deque.hpp"
#include "observe/tracking_entries.hpp"
#include "pool/crew.hpp"
#include "pool/rights.hpp"
#include "watch/standstill.hpp"
#include "watch/unseen_sleep.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace covey::runtime {

namespace {

constexpr unsigned most_ticks_without_processors = 50;  // a quarter of a second

// What lies in the queues of a pool.
struct queued_work {
  bool any = false;
  bool starves = false;  // it lay there at the last tick, too
};

// Looks at all queues, and makes each owner of queued children take its slow path. An owner that was asked at the last tick
// and took none since is inside user code: its children starve.
[[nodiscard]] queued_work check_queues(crew& of) noexcept {
  queued_work found;
  found.any = !of.common.empty();
  found.starves = found.any && of.common.departures() == of.at_tick.departures;
  of.at_tick.departures = of.common.departures();
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *of.member(i);
    if (deque::has_work(r)) {
      found.any = true;
      const std::uint64_t answers = r.answers.load(std::memory_order_relaxed);
      found.starves = found.starves || answers == r.answers_at_tick;
      r.answers_at_tick = answers;
      r.floor.store(detail::ask_all(), std::memory_order_relaxed);
      r.ceiling.store(nullptr, std::memory_order_relaxed);
    }
  }
  found.any = of.spreads.tick(found.starves) || found.any;
  return found;
}

// Whether to wait while the machine has no processor for the threads at work: they will run, and then take their slow
// paths, sleep or compute. At most 50 ticks in a row.
[[nodiscard]] bool is_patient(crew& of, bool wanting) noexcept {
  const bool lacks = wanting && lacks_processors(of);
  unsigned& before = of.at_tick.without_processors;
  const bool patient = lacks && before < most_ticks_without_processors;
  before = lacks ? std::min(before + 1, most_ticks_without_processors) : 0;
  return patient;
}

// @returns false when a thread is wanted and none can be had.
[[nodiscard]] bool see_to_threads(crew& of, bool starving, bool absent) noexcept {
  if (of.has_idle_permit() || reclaim_permit(of)) {
    return of.wake_one(absent);
  }
  if (starving && !of.somebody_searches()) {
    return of.start_beyond();
  }
  return true;
}

}  // namespace

void tick(crew& of) noexcept {
  if (of.closed()) {
    of.end_ticks();
    return;
  }
  if (tracks_counts()) {
    renew_clock();  // for readers of a core file
  }
  const queued_work queued = check_queues(of);
  const bool wanting = of.bodies.starve() || queued.starves;
  read_threads(of, wanting);
  const bool patient = is_patient(of, wanting);
  const bool absent = update_sleepers(of, wanting, !patient);
  if (!queued.any && !absent && !of.bodies.wanted()) {
    of.end_ticks();
    of.see_to_tick();
    return;
  }
  // A loop that was requested from oneTBB before the last tick and has not begun is replaced.
  const bool replaced = of.at_tick.awaited != 0 && of.threads.replace_awaited();
  of.at_tick.awaited = of.threads.awaited();
  const bool served =
      !queued.any || replaced || see_to_threads(of, queued.starves && !patient, absent);
  check_standstill(of, !served);
  of.arm_next_tick();
}

}  // namespace covey::runtime
