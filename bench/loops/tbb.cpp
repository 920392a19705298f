// SPDX-License-Identifier: Apache-2.0
// The loops as a oneTBB parallel_for with its auto_partitioner.
#include "harness/in_arena.hpp"
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
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_arena(setup.threads,
                           [&] { return bench::measure<Problem>(setup, solve<Problem>); });
  }
};

// What covey::map() is to be compared with: the results lie in a vector that the call makes.
struct into_new_vector {
  template <class Problem>
  static void solve(Problem& p) {
    p.results = std::vector<std::uint32_t>(p.count());
    parallel::solve(p);
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_arena(setup.threads,
                           [&] { return bench::measure<Problem>(setup, solve<Problem>); });
  }
};

const loops::registrations<parallel> registered("tbb");
const loops::registrations<into_new_vector> registered_new("tbb-new-vector");

}  // namespace
