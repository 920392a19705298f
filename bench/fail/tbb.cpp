// SPDX-License-Identifier: Apache-2.0
// The failures in a oneTBB task_group: the first one cancels the group, wait() throws it, and no other is kept.
#include "fail/workload.hpp"
#include "harness/in_arena.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

struct in_task_group {
  static fail::seen round(std::uint64_t children) {
    fail::seen failures;
    tbb::task_group group;
    for (std::uint64_t i = 0; i < children; ++i) {
      group.run([i] { fail::child(i); });
    }
    failures.look_at_thrown([&group] { group.wait(); });
    return failures;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_arena(setup.threads, [&] {
      return fail::measure<Problem, fail::promise::one_of_them>(setup, round);
    });
  }
};

const fail::registrations<in_task_group> registered("tbb");

}  // namespace
