// SPDX-License-Identifier: Apache-2.0
// The loops as plain loops.
#include "loops/workload.hpp"

namespace {

struct plain {
  template <class Problem>
  static void solve(Problem& p) {
    for (std::uint32_t i = 0; i < p.count(); ++i) {
      p.results[i] = Problem::work(i);
    }
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::measure<Problem>(setup, solve<Problem>);
  }
};

const loops::registrations<plain> registered("serial");

}  // namespace
