// SPDX-License-Identifier: Apache-2.0
// The waits with a nursery in each round.
#include "harness/in_pool.hpp"
#include "waits/workload.hpp"

#include <covey/covey.hpp>

namespace {

struct in_nursery {
  static std::uint64_t round(waits::results& results, std::uint64_t children) {
    {
      covey::nursery kids;
      for (std::uint64_t i = 0; i < children; ++i) {
        kids.run([&results, i] { results[i] = waits::result_of(i); });
      }
    }
    return results.take();
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_pool(setup.threads, [&] {
      waits::results results(Problem::children);
      return waits::measure<Problem>(
          setup, [&results](std::uint64_t children) { return round(results, children); });
    });
  }
};

const waits::registrations<in_nursery> registered("covey");

}  // namespace
