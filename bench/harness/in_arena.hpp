// SPDX-License-Identifier: Apache-2.0
// Runs a function in a oneTBB arena of a given size.
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <cstddef>

namespace bench {

/// The calling thread is one of the `threads`. The global control is what lets an arena have more threads than cores.
template <class Body>
auto in_arena(std::size_t threads, const Body& body) {
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
  tbb::task_arena arena(static_cast<int>(threads));
  return arena.execute(body);
}

/// The same for bench::solver.
struct of_arena {
  template <class Body>
  static auto run(std::size_t threads, const Body& body) {
    return in_arena(threads, body);
  }
};

}  // namespace bench
