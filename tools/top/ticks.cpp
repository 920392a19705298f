// SPDX-License-Identifier: Apache-2.0
// The length of a tick is known only from the two readings; on x86 the ticks of now can be read, and need no guess.

#include "ticks.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <thread>

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

/// @returns how many ticks there are in a nanosecond; 0 if the readings do not say.
double ticks_a_ns(const clock_readings& known) noexcept {
  if (known.last_ns <= known.first_ns || known.last_ticks <= known.first_ticks ||
      known.last_ns - known.first_ns < shortest_base_ns) {
    return 0;
  }
  return static_cast<double>(known.last_ticks - known.first_ticks) /
         static_cast<double>(known.last_ns - known.first_ns);
}

std::uint64_t whole(double value) noexcept {
  constexpr double most = 9e18;
  return static_cast<std::uint64_t>(std::min(value, most));
}

clock_readings readings_of(const covey::runtime::tick_clock& clock) noexcept {
  return {clock.first_ticks.load(std::memory_order_relaxed),
          clock.first_ns.load(std::memory_order_relaxed),
          clock.last_ticks.load(std::memory_order_relaxed),
          clock.last_ns.load(std::memory_order_relaxed)};
}

/// @returns the latest time in the records that count.
std::uint64_t latest_of(const covey::runtime::tracking_image& image) noexcept {
  std::uint64_t latest = 0;
  const auto look = [&latest](const auto& records, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t state =
          records[i].life.load(std::memory_order_relaxed) & covey::runtime::life_mask;
      if (state != 0) {
        latest = std::max(latest, records[i].since.load(std::memory_order_relaxed));
      }
    }
  };
  look(image.children, image.child_count);
  look(image.nurseries, image.nursery_count);
  return latest;
}

#if defined(__x86_64__)
/// @returns how many time stamps there are in a nanosecond, on this machine.
double stamps_a_ns() {
  const std::uint64_t first_ns = steady_now();
  const std::uint64_t first = __rdtsc();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto stamps = static_cast<double>(__rdtsc() - first);
  return stamps / static_cast<double>(steady_now() - first_ns);
}

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
  const double speed = ticks_a_ns(known);
  if (speed <= 0 || now_ns < known.last_ns) {
    return known.last_ticks;
  }
  return known.last_ticks + whole(speed * static_cast<double>(now_ns - known.last_ns));
}

void set_clock(covey::runtime::tracking_image& image,
               const covey::runtime::tick_clock& clock) noexcept {
  const clock_readings known = readings_of(clock);
  image.first_ticks = known.first_ticks;
  image.first_ns = known.first_ns;
  image.now_ns = steady_now();
  image.now_ticks = ticks_at(known, image.now_ns);
#if defined(__x86_64__)
  if (!counts_nanoseconds(known)) {
    const std::uint64_t stamp = __rdtsc();
    image.now_ticks = fits(stamp, image.now_ticks, known) ? stamp : image.now_ticks;
  }
#endif
}

void set_stopped_clock(covey::runtime::tracking_image& image,
                       const covey::runtime::tick_clock& clock) noexcept {
  const clock_readings known = readings_of(clock);
  image.first_ticks = known.first_ticks;
  image.first_ns = known.first_ns;
  image.now_ticks = std::max(known.last_ticks, latest_of(image));
  const std::uint64_t passed = image.now_ticks - known.last_ticks;
  double speed = counts_nanoseconds(known) ? 1 : ticks_a_ns(known);
#if defined(__x86_64__)
  if (speed <= 0) {
    speed = stamps_a_ns();
  }
#endif
  image.now_ns = known.last_ns + (speed > 0 ? whole(static_cast<double>(passed) / speed) : 0);
}

}  // namespace top
