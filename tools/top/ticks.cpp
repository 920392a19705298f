// SPDX-License-Identifier: Apache-2.0
// The length of a tick is known only from the two readings; on x86 the ticks of now can be read, and need no guess.

#include "ticks.hpp"

#include <chrono>
#include <cmath>

#if defined(__x86_64__)
#  include <x86intrin.h>
#endif

namespace top {

namespace {

// Less apart than this, the readings say too little of the length of a tick.
constexpr std::uint64_t shortest_base_ns = 1'000'000;

std::uint64_t steady_now() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
}

bool counts_nanoseconds(const clock_readings& known) noexcept {
  return known.first_ticks == known.first_ns && known.last_ticks == known.last_ns;
}

#if defined(__x86_64__)
/// Time stamps are believed where they fit what the readings lead to expect, if they lead to anything.
bool fits(std::uint64_t ticks, std::uint64_t expected, const clock_readings& known) noexcept {
  if (ticks < known.last_ticks) {
    return false;
  }
  if (expected <= known.last_ticks) {
    return true;
  }
  const auto passed = static_cast<double>(ticks - known.last_ticks);
  const auto wanted = static_cast<double>(expected - known.last_ticks);
  return std::abs(passed - wanted) < 1e6 + wanted / 10;
}
#endif

}  // namespace

std::uint64_t ticks_at(const clock_readings& known, std::uint64_t now_ns) noexcept {
  if (counts_nanoseconds(known)) {
    return now_ns;
  }
  const bool usable = known.last_ns > known.first_ns && known.last_ticks > known.first_ticks &&
                      known.last_ns - known.first_ns >= shortest_base_ns && now_ns >= known.last_ns;
  if (!usable) {
    return known.last_ticks;
  }
  const double ticks_a_ns = static_cast<double>(known.last_ticks - known.first_ticks) /
                            static_cast<double>(known.last_ns - known.first_ns);
  const double passed = ticks_a_ns * static_cast<double>(now_ns - known.last_ns);
  constexpr double most = 9e18;
  return passed < most ? known.last_ticks + static_cast<std::uint64_t>(passed) : known.last_ticks;
}

void set_clock(covey::runtime::tracking_image& image,
               const covey::runtime::tick_clock& clock,
               bool frozen) noexcept {
  const clock_readings known{clock.first_ticks.load(std::memory_order_relaxed),
                             clock.first_ns.load(std::memory_order_relaxed),
                             clock.last_ticks.load(std::memory_order_relaxed),
                             clock.last_ns.load(std::memory_order_relaxed)};
  image.first_ticks = known.first_ticks;
  image.first_ns = known.first_ns;
  image.now_ticks = known.last_ticks;
  image.now_ns = known.last_ns;
  if (frozen) {
    return;
  }
  image.now_ns = steady_now();
  image.now_ticks = ticks_at(known, image.now_ns);
#if defined(__x86_64__)
  if (!counts_nanoseconds(known)) {
    const std::uint64_t stamp = __rdtsc();
    image.now_ticks = fits(stamp, image.now_ticks, known) ? stamp : image.now_ticks;
  }
#endif
}

}  // namespace top
