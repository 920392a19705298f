// SPDX-License-Identifier: Apache-2.0
// The loops as a oneTBB parallel_for with its auto_partitioner.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "loops/workload.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>

#include <cstdint>
#include <vector>

namespace {

struct parallel {
  template <class Problem>
  static void solve(Problem& p) {
    using range = tbb::blocked_range<std::uint32_t>;
    tbb::parallel_for(
        range(0, p.count()),
        [&p](const range& part) {
          for (std::uint32_t i = part.begin(); i != part.end(); ++i) {
            p.results[i] = Problem::work(i);
          }
        },
        tbb::auto_partitioner());
  }
};

// What covey::map() is to be compared with: the results lie in a vector that the call makes.
struct into_new_vector {
  template <class Problem>
  static void solve(Problem& p) {
    p.results = std::vector<std::uint32_t>(p.count());
    parallel::solve(p);
  }
};

const loops::registrations<bench::solves<parallel, bench::of_arena>> registered("tbb");
const loops::registrations<bench::solves<into_new_vector, bench::of_arena>> registered_new(
    "tbb-new-vector");

}  // namespace
