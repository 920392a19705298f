// SPDX-License-Identifier: Apache-2.0
// Finds sleeping threads by their processor times and states, as the system reports them.
#include "watch/unseen_sleep.hpp"

#include "platform/thread_state.hpp"
#include "pool/crew.hpp"
#include "pool/rights.hpp"
#include "worker/thread_switch.hpp"

#include <covey/detail/task/scope.hpp>

#include <cstdint>

namespace covey::runtime {

namespace {

// A thread that sleeps, or polls now and then, runs for less than that between two ticks.
constexpr std::uint64_t quiet_ns = 500'000;
// A thread that computes and has a processor runs longer than that.
constexpr std::uint64_t little_ns = 1'000'000;

[[nodiscard]] bool is_at_work(const record& r) noexcept {
  return r.card.thread.load(std::memory_order_relaxed) != 0 &&
         r.lent.load(std::memory_order_acquire) == 0 && context_seen(r) != detail::outside();
}

}  // namespace

void read_threads(const crew& of, bool wanting) noexcept {
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *of.member(i);
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

bool lacks_processors(const crew& of) noexcept {
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    const record& r = *of.member(i);
    if (r.ran_at_tick < little_ns && r.state_at_tick == 'R') {
      return true;
    }
  }
  return false;
}

bool update_sleepers(const crew& of, bool starving, bool may_lend) noexcept {
  bool any = false;
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *of.member(i);
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
      lend_right(r);
    }
    any = any || still;
  }
  return any;
}

}  // namespace covey::runtime
