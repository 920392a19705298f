// SPDX-License-Identifier: Apache-2.0
// The starvation tick: a queued child is started even if no covey thread ever comes for it.
#include "crew.hpp"
#include "deque.hpp"
#include "tracking_records.hpp"

#include <covey/detail/barrier.hpp>

#include <algorithm>
#include <chrono>

namespace covey::runtime {

namespace {

using namespace std::chrono_literals;

// Two ticks without a move start a queued child, even if no covey thread ever waits.
constexpr auto tick_length = 5ms;
constexpr unsigned most_ticks_without_processors = 50;  // a quarter of a second

}  // namespace

void crew::arm_tick() noexcept {
  if (tick_armed_.load(std::memory_order_seq_cst) ||
      tick_armed_.exchange(true, std::memory_order_acq_rel)) {
    return;
  }
  try {
    timekeeper::arm(tick_timer_, clock::now() + tick_length);
  } catch (...) {
    // The system refuses the timer's thread. Tried again at the next slow spawn, and when that thread has run its child.
    tick_armed_.store(false, std::memory_order_release);
    static_cast<void>(start_beyond());
  }
}

// There is no tick: the next spawn asks for it, or there is something queued, and it is armed now. A thread beyond the size
// comes here, too, when it has run its child: the system may have refused the timer's thread.
void crew::see_to_tick() noexcept {
  if (tick_armed_.load(std::memory_order_seq_cst)) {
    return;
  }
  ask_members();
  detail::heavy_barrier();
  if (spread_count_.load(std::memory_order_seq_cst) != 0 || work_visible()) {
    arm_tick();
  }
}

void crew::tick_fired(timer* t) noexcept {
  static_cast<tick_timer*>(t)->of->tick();
}

// Every few ms while anything is queued, or a thread wants a permit to run bodies. A worker that has queued children and did
// not come to a slow path since it was asked at the last tick is inside user code: then places of threads that sleep there
// are lent, and when all places are taken by others, one thread more starts what it holds.
void crew::tick() noexcept {
  if (closed()) {
    tick_armed_.store(false, std::memory_order_release);
    return;
  }
  if (tracks_counts()) {
    renew_clock();  // for whoever reads a core file
  }
  bool busy = !common.empty();
  bool starving = busy && common.departures() == departures_at_tick_;
  departures_at_tick_ = common.departures();
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *member(i);
    if (deque::has_work(r)) {
      busy = true;
      const std::uint64_t answers = r.answers.load(std::memory_order_relaxed);
      starving = starving || answers == r.answers_at_tick;
      r.answers_at_tick = answers;
      r.floor.store(detail::ask_all(), std::memory_order_relaxed);
      r.limit.store(nullptr, std::memory_order_relaxed);
    }
  }
  busy = tick_shares(starving) || busy;
  const bool wanting = bodies.starve() || starving;
  read_threads(wanting);
  // A busy machine gets no more threads: those at work will run, and then they come, or sleep, or compute.
  const bool lacks = wanting && lacks_processors();
  const bool waits = lacks && ticks_without_processors_ < most_ticks_without_processors;
  ticks_without_processors_ =
      lacks ? std::min(ticks_without_processors_ + 1, most_ticks_without_processors) : 0;
  const bool absent = look_at_sleepers(wanting, !waits);
  starving = starving && !waits;
  if (!busy && !absent && !bodies.wanted()) {
    tick_armed_.store(false, std::memory_order_seq_cst);
    see_to_tick();
    return;
  }
  const bool awaited_long = awaited_at_tick_ != 0 && replace_awaited_loop();
  awaited_at_tick_ = awaited_loops_.load(std::memory_order_relaxed);
  bool served = true;
  if (!busy || awaited_long) {
    // nothing is queued, or oneTBB's threads are busy elsewhere
  } else if (has_idle_place() || reclaim_place()) {
    served = wake_one(absent);
  } else if (starving && searching_.load(std::memory_order_seq_cst) == 0) {
    served = start_beyond();
  }
  look_for_standstill(!served);
  try {
    timekeeper::arm(tick_timer_, clock::now() + tick_length);
  } catch (...) {
    tick_armed_.store(false, std::memory_order_release);
  }
}

}  // namespace covey::runtime
