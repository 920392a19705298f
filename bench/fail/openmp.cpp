// SPDX-License-Identifier: Apache-2.0
// The failures of OpenMP tasks. None may leave its task, so that each task keeps its own, as users have to write it.
#include "fail/workload.hpp"
#include "harness/in_team.hpp"

#include <vector>

namespace {

struct kept_by_hand {
  static void keep(std::exception_ptr& place, std::uint64_t i) {
    try {
      fail::child(i);
    } catch (...) {
      place = std::current_exception();
    }
  }
  static fail::seen round(std::uint64_t children) {
    std::vector<std::exception_ptr> kept(children);
#pragma omp taskgroup
    for (std::uint64_t i = 0; i < children; ++i) {
#pragma omp task default(none) shared(kept) firstprivate(i)
      keep(kept[i], i);
    }
    fail::seen failures;
    for (const std::exception_ptr& each : kept) {
      failures.look_at(each);
    }
    return failures;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_team(setup.threads, [&] { return fail::measure<Problem>(setup, round); });
  }
};

const fail::registrations<kept_by_hand> registered("openmp");

}  // namespace
