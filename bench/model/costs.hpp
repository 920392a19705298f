// SPDX-License-Identifier: Apache-2.0
// What the steps of covey's scheduler cost, and how long it is patient: the numbers that the model is fed with.
#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace model {

/// Simulated time. Whole numbers, so that every build computes the same.
using picoseconds = std::int64_t;

[[nodiscard]] inline picoseconds from_ns(double ns) {
  return static_cast<picoseconds>(ns * 1e3);
}
[[nodiscard]] inline double to_seconds(picoseconds time) {
  return static_cast<double>(time) * 1e-12;
}

/// In nanoseconds. fib_task was measured on 16 cores of an Intel Xeon (virtual machine), 2026-11, the engine's patience is
/// its own; all others are estimates of the right magnitude. bench/README.md, "Scaling", says how to measure them.
struct costs {
  // One task on one thread: spawn, get and its share of the code around them.
  double fib_task = 18.3;
  double skynet_task = 10.5;
  double flat_task = 30;
  double work = 0;  ///< more work in every leaf, to model coarse tasks

  // Slow paths of an owner.
  double publish = 80;   ///< a spawn that answers a request
  double slow_get = 60;  ///< a get or pop under the lock
  double announce = 60;  ///< the end of a stolen child

  // Thieves.
  double probe =
      30;  ///< a look at a deque without a public child: its lines are in another core's cache
  double disturb = 60;  ///< what such a look costs a busy owner: its line has to come back
  double steal = 150;   ///< taking a child under the lock, and fetching it
  double pause = 45;    ///< one pause instruction

  // The system.
  double wake_call = 1'500;      ///< a futex wake, for who calls it
  double wake = 20'000;          ///< from that call until the sleeper runs
  double start = 60'000;         ///< from the call until a new thread runs
  double barrier = 2'000;        ///< membarrier, for who calls it
  double barrier_per_core = 60;  ///< the same, for each running core
  double interrupt = 1'000;      ///< membarrier, for each running core that is interrupted

  // The engine's patience: runtime/run/loop.cpp and runtime/wait/helping.hpp.
  double spin_length = 50'000;
  double force_after = 20'000;
  double help_length = 10'000;
};

struct named_cost {
  const char* name;
  double costs::*value;
};

/// All of them, by the names in the JSON form.
[[nodiscard]] const std::array<named_cost, 20>& cost_names();

/// Costs that a JSON object names replace those of `base`.
/// @throws std::runtime_error for a file that cannot be read, an unknown name, or a value that is no time.
[[nodiscard]] costs read_costs(const std::string& path, const costs& base);

void print_costs(std::ostream& out, const costs& prices);

}  // namespace model
