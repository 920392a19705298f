// SPDX-License-Identifier: Apache-2.0
// The starvation tick: a queued child is started even if no covey thread ever comes for it.
#include "crew.hpp"
#include "deque.hpp"
#include "tracking_records.hpp"

#include <covey/detail/barrier.hpp>

#include <chrono>

namespace covey::runtime {

namespace {

using namespace std::chrono_literals;

// Two ticks without a move start a queued child, even if no covey thread ever waits.
constexpr auto tick_length = 5ms;

}  // namespace

void crew::arm_tick() noexcept {
  if (tick_armed_.load(std::memory_order_seq_cst) ||
      tick_armed_.exchange(true, std::memory_order_acq_rel)) {
    return;
  }
  try {
    timekeeper::arm(tick_timer_, clock::now() + tick_length);
  } catch (...) {
    tick_armed_.store(false, std::memory_order_release);  // tried again at the next slow spawn
  }
}

void crew::tick_fired(timer* t) noexcept {
  static_cast<tick_timer*>(t)->of->tick();
}

// Every few ms while anything is queued. A worker that has queued children and did not come to a slow path since it was
// asked at the last tick is inside user code; when all places are taken, one thread more starts what it holds.
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
  if (!busy) {
    tick_armed_.store(false, std::memory_order_seq_cst);
    ask_members();
    detail::heavy_barrier();
    if (spread_count_.load(std::memory_order_seq_cst) != 0 || work_visible()) {
      arm_tick();
    }
    return;
  }
  const bool awaited_long = awaited_at_tick_ != 0 && replace_awaited_loop();
  awaited_at_tick_ = awaited_loops_.load(std::memory_order_relaxed);
  if (awaited_long) {
    // oneTBB's threads are busy elsewhere
  } else if (has_idle_place() || reclaim_place()) {
    wake_one();
  } else if (starving && searching_.load(std::memory_order_seq_cst) == 0 &&
             !extra_running_.exchange(true, std::memory_order_acq_rel)) {
    searching_.fetch_add(1, std::memory_order_seq_cst);
    if (!start_loop(true, true)) {
      searching_.fetch_sub(1, std::memory_order_seq_cst);
      extra_running_.store(false, std::memory_order_release);
    }
  }
  try {
    timekeeper::arm(tick_timer_, clock::now() + tick_length);
  } catch (...) {
    tick_armed_.store(false, std::memory_order_release);
  }
}

}  // namespace covey::runtime
