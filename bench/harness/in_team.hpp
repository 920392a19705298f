// SPDX-License-Identifier: Apache-2.0
// Runs a function on one thread of an OpenMP team of a given size; the others serve its tasks.
#pragma once

#include "harness/contender.hpp"

#include <cstddef>

namespace bench {

template <class Body>
measurement in_team(std::size_t threads, const Body& body) {
  measurement result;
  const int team = static_cast<int>(threads);
#pragma omp parallel num_threads(team) default(none) shared(body, result)
#pragma omp single
  result = body();
  return result;
}

/// The same for bench::solver.
struct of_team {
  template <class Body>
  static auto run(std::size_t threads, const Body& body) {
    return in_team(threads, body);
  }
};

}  // namespace bench
