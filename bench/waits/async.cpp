// SPDX-License-Identifier: Apache-2.0
// The waits as std::async and get: a thread for every child, whatever the number of threads asked for.
#include "waits/workload.hpp"

#include <future>
#include <vector>

namespace {

struct futures {
  static std::uint64_t round(std::uint64_t children) {
    std::vector<std::future<std::uint64_t>> results;
    results.reserve(children);
    for (std::uint64_t i = 0; i < children; ++i) {
      results.push_back(std::async(std::launch::async, [i] { return waits::result_of(i); }));
    }
    std::uint64_t sum = 0;
    for (std::future<std::uint64_t>& result : results) {
      sum += result.get();
    }
    return sum;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return waits::measure<Problem>(setup, round);
  }
};

const waits::registrations_with_children<futures> registered("async");

}  // namespace
