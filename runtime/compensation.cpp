// SPDX-License-Identifier: Apache-2.0
// Who has the right to run covey work, and what becomes of it when a thread sleeps in something that covey does not see.
#include "crew.hpp"
#include "lot.hpp"
#include "standstill.hpp"
#include "thread_look.hpp"
#include "thread_switch.hpp"

#include <covey/detail/scope.hpp>

#include <cstdint>

namespace covey::runtime {

namespace {

// A thread that sleeps, and perhaps wakes now and then to look, runs for less than that between two ticks.
constexpr std::uint64_t quiet_ns = 500'000;
// A thread that computes and has a processor runs longer than that.
constexpr std::uint64_t little_ns = 1'000'000;

}  // namespace

void crew::release_right(record& me) noexcept {
  if (me.beyond.exchange(false, std::memory_order_acq_rel)) {
    give_beyond_up();
  } else if (!me.absent.exchange(false, std::memory_order_acq_rel)) {
    give_place();
  }
}

void crew::call_back(record& me) noexcept {
  if (me.absent.exchange(false, std::memory_order_acq_rel)) {
    bodies.call_back(me);
    occupy_place();
  }
}

// A thread beyond the size gets a place first, which may be one too many, so that there is one to lend.
void crew::lend_for(record& r) noexcept {
  if (r.beyond.exchange(false, std::memory_order_acq_rel)) {
    occupy_place();
    give_beyond_up();
  }
  bodies.lend_for(r);
  r.absent.store(true, std::memory_order_release);
  give_place();
}

bool crew::is_at_work(const record& r) noexcept {
  return r.card.thread.load(std::memory_order_relaxed) != 0 &&
         r.lent.load(std::memory_order_acquire) == 0 && context_seen(r) != detail::outside();
}

void crew::read_threads(bool wanting) const noexcept {
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *member(i);
    const std::uint32_t thread = r.card.thread.load(std::memory_order_relaxed);
    std::uint64_t cpu = 0;
    const bool timed = is_at_work(r) && cpu_time_of(thread, cpu);
    const bool known = timed && thread == r.thread_at_tick;
    r.ran_at_tick = known ? cpu - r.cpu_at_tick : record::not_known;
    r.thread_at_tick = timed ? thread : 0;
    r.cpu_at_tick = cpu;
    const bool asks = timed && (!known || r.ran_at_tick < little_ns) &&
                      (wanting || r.absent.load(std::memory_order_relaxed));
    r.state_at_tick = asks ? state_of(thread) : '\0';
    r.slept_at_tick = r.slept_at_tick && known && r.ran_at_tick < quiet_ns;
  }
}

bool crew::lacks_processors() const noexcept {
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    const record& r = *member(i);
    if (r.ran_at_tick < little_ns && r.state_at_tick == 'R') {
      return true;
    }
  }
  return false;
}

bool crew::look_at_sleepers(bool starving, bool may_lend) noexcept {
  bool any = false;
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *member(i);
    const bool absent = r.absent.load(std::memory_order_acquire);
    if (!absent && !starving) {
      continue;
    }
    const bool quiet = r.ran_at_tick < quiet_ns || r.ran_at_tick == record::not_known;
    const bool sleeps = quiet && is_asleep_in(r.state_at_tick);
    const bool still = sleeps && r.slept_at_tick;
    r.slept_at_tick = sleeps;
    if (absent && !still) {
      call_back(r);
    } else if (!absent && still && may_lend) {
      lend_for(r);
    }
    any = any || still;
  }
  return any;
}

bool crew::start_beyond() noexcept {
  if (extra_running_.exchange(true, std::memory_order_acq_rel)) {
    return true;
  }
  searching_.fetch_add(1, std::memory_order_seq_cst);
  if (start_loop(true, true)) {
    return true;
  }
  searching_.fetch_sub(1, std::memory_order_seq_cst);
  give_beyond_up();
  return false;
}

void crew::run_one_here() noexcept {
  if (extra_running_.exchange(true, std::memory_order_acq_rel)) {
    return;
  }
  searching_.fetch_add(1, std::memory_order_seq_cst);
  own_running_.fetch_add(1, std::memory_order_seq_cst);
  work_loop(false, true);
}

std::uint64_t crew::moves() const noexcept {
  std::uint64_t sum = common.departures();
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    const record& r = *member(i);
    sum += runs_seen(r.card) + r.answers.load(std::memory_order_relaxed);
  }
  return sum;
}

// @param no_thread: a thread was wanted at this tick, and none was to be had.
void crew::look_for_standstill(bool no_thread) noexcept {
  constexpr unsigned patience = 200;  // ticks: a second
  const std::uint64_t now = moves();
  const bool still = no_thread && now == moves_at_tick_;
  moves_at_tick_ = now;
  still_ticks_ = still ? still_ticks_ + 1 : 0;
  if (still_ticks_ == patience && !told_standstill_) {
    told_standstill_ = true;
    tell_standstill(*this,
                    own_running_.load(std::memory_order_relaxed) >= size_ + max_substitutes_);
  }
}

}  // namespace covey::runtime
