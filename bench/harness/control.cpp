// SPDX-License-Identifier: Apache-2.0
// The control work and the steal time of /proc/stat.
#include "harness/control.hpp"

#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <unistd.h>

namespace bench {
namespace {

/// Each step waits for the one before, so that only the clock of the core decides.
std::uint64_t chain(std::uint64_t steps) {
  std::uint64_t x = steps;
  for (std::uint64_t i = 0; i < steps; ++i) {
    asm volatile("" : "+r"(x));
    x ^= x >> 29U;
    x *= 0xbf58'476d'1ce4'e5b9U;
  }
  return x;
}

}  // namespace

double time_control() {
  constexpr std::uint64_t steps = 2'000'000;
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t result = chain(steps);
  asm volatile("" : "+r"(result));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double stolen_seconds() {
  std::ifstream file("/proc/stat");
  std::string name;
  double user = 0;
  double nice = 0;
  double system = 0;
  double idle = 0;
  double waiting = 0;
  double hard = 0;
  double soft = 0;
  double steal = 0;
  file >> name >> user >> nice >> system >> idle >> waiting >> hard >> soft >> steal;
  return file ? steal / static_cast<double>(sysconf(_SC_CLK_TCK)) : 0;
}

}  // namespace bench
