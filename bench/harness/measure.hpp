// SPDX-License-Identifier: Apache-2.0
// The timed part of a run, the same for every contender: warm up, solve on the clock, look at the answer off the clock.
#pragma once

#include "harness/contender.hpp"
#include "harness/marks.hpp"

#include <chrono>

namespace bench {

using clock = std::chrono::steady_clock;

[[nodiscard]] inline double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

/// Called on a thread that already belongs to the contender's runtime.
template <class Problem, class Solve>
[[nodiscard]] measurement measure(const setup& setup, const Solve& solve) {
  {
    Problem warm_up(Problem::sizes.warm_up);
    solve(warm_up);
  }
  Problem problem(setup.size);
  begin_counting();
  const clock::time_point start = clock::now();
  solve(problem);
  const double seconds = seconds_since(start);
  end_counting();
  return {.problem = problem.text(),
          .seconds = seconds,
          .items = problem.items(),
          .found = problem.found(),
          .expected = problem.expected()};
}

}  // namespace bench
