// SPDX-License-Identifier: Apache-2.0
// The failures of std::async, one in each future. 10,000 threads at once are more than many systems grant: not run.
#include "fail/workload.hpp"

#include <future>
#include <vector>

namespace {

struct futures {
  static fail::seen round(std::uint64_t children) {
    std::vector<std::future<void>> results;
    results.reserve(children);
    for (std::uint64_t i = 0; i < children; ++i) {
      results.push_back(std::async(std::launch::async, [i] { fail::child(i); }));
    }
    fail::seen failures;
    for (std::future<void>& result : results) {
      failures.look_at_thrown([&result] { result.get(); });
    }
    return failures;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return fail::measure<Problem>(setup, round);
  }
};

const bench::registrations<futures, fail::problem<fail::one>, fail::problem<fail::hundred>>
    registered("async");

}  // namespace
