// SPDX-License-Identifier: Apache-2.0
// The waits as plain calls.
#include "waits/workload.hpp"

namespace {

struct plain {
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    waits::results results(Problem::children);
    return waits::measure<Problem>(setup, [&results](std::uint64_t children) {
      for (std::uint64_t i = 0; i < children; ++i) {
        results[i] = waits::result_of(i);
      }
      return results.take();
    });
  }
};

const waits::registrations_with_children<plain> registered("serial");

}  // namespace
