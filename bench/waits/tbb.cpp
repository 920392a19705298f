// SPDX-License-Identifier: Apache-2.0
// The waits with a oneTBB task_group in each round.
#include "harness/in_arena.hpp"
#include "waits/workload.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

struct in_task_group {
  static std::uint64_t round(waits::results& results, std::uint64_t children) {
    tbb::task_group group;
    for (std::uint64_t i = 0; i < children; ++i) {
      group.run([&results, i] { results[i] = waits::result_of(i); });
    }
    group.wait();
    return results.take();
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_arena(setup.threads, [&] {
      waits::results results(Problem::children);
      return waits::measure<Problem>(
          setup, [&results](std::uint64_t children) { return round(results, children); });
    });
  }
};

const waits::registrations<in_task_group> registered("tbb");

}  // namespace
