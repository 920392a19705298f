// SPDX-License-Identifier: Apache-2.0
// The failures in a nursery that supervises; one composite_exception brings them all.
#include "fail/workload.hpp"
#include "harness/in_pool.hpp"

#include <covey/covey.hpp>

namespace {

struct in_nursery {
  static fail::seen round(std::uint64_t children) {
    fail::seen failures;
    covey::nursery kids{{.policy = covey::policy::supervise, .max_failures = children}};
    for (std::uint64_t i = 0; i < children; ++i) {
      kids.run([i] { fail::child(i); });
    }
    try {
      kids.join();
    } catch (const covey::composite_exception& failed) {
      for (const covey::leaf& each : failed.leaves()) {
        failures.look_at(each.error());
      }
    }
    return failures;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_pool(setup.threads, [&] { return fail::measure<Problem>(setup, round); });
  }
};

const fail::registrations<in_nursery> registered("covey");

}  // namespace
