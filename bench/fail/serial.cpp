// SPDX-License-Identifier: Apache-2.0
// The failures thrown and caught by plain calls: what the language takes for them.
#include "fail/workload.hpp"

namespace {

struct plain {
  static fail::seen round(std::uint64_t children) {
    fail::seen failures;
    for (std::uint64_t i = 0; i < children; ++i) {
      failures.look_at_thrown([i] { fail::child(i); });
    }
    return failures;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return fail::measure<Problem>(setup, round);
  }
};

const fail::registrations<plain> registered("serial");

}  // namespace
