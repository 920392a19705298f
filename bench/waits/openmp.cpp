// SPDX-License-Identifier: Apache-2.0
// The waits with an OpenMP taskgroup in each round, inside one parallel region.
#include "harness/in_team.hpp"
#include "waits/workload.hpp"

namespace {

struct in_taskgroup {
  static std::uint64_t round(waits::results& results, std::uint64_t children) {
#pragma omp taskgroup
    for (std::uint64_t i = 0; i < children; ++i) {
#pragma omp task default(none) shared(results) firstprivate(i)
      results[i] = waits::result_of(i);
    }
    return results.take();
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_team(setup.threads, [&] {
      waits::results results(Problem::children);
      return waits::measure<Problem>(
          setup, [&results](std::uint64_t children) { return round(results, children); });
    });
  }
};

const waits::registrations<in_taskgroup> registered("openmp");

}  // namespace
