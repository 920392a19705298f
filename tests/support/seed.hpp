// SPDX-License-Identifier: Apache-2.0
// The seed of a stress run: printed, and replayed with COVEY_SEED; and how long such a run lasts.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace covey_test {

/// @returns COVEY_SEED, or a fresh seed; prints it.
inline std::uint64_t stress_seed() {
  std::uint64_t seed = 0;
  if (const char* given = std::getenv("COVEY_SEED")) {
    seed = std::strtoull(given, nullptr, 10);
  } else {
    std::random_device entropy;
    seed = (std::uint64_t{entropy()} << 32U) | entropy();
  }
  std::printf("[  seed    ] COVEY_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

/// @returns how long one stress test goes on: COVEY_STRESS_SECONDS, else 2 s.
inline std::chrono::seconds stress_length() {
  const char* given = std::getenv("COVEY_STRESS_SECONDS");
  return std::chrono::seconds(given != nullptr ? std::strtoll(given, nullptr, 10) : 2);
}

/// A small generator (splitmix64): the same numbers on every standard library.
class dice {
 public:
  explicit dice(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// @returns a number in [0, n).
  std::uint64_t below(std::uint64_t n) noexcept { return next() % n; }
  bool one_in(std::uint64_t n) noexcept { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace covey_test
