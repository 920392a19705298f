// SPDX-License-Identifier: Apache-2.0
// The batches as plain loops.
#include "batches/workload.hpp"

namespace {

struct plain {
  template <class Problem>
  static void solve(Problem& p) {
    for (std::uint32_t i = 0; i < p.count(); ++i) {
      p.work(i);
    }
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::measure<Problem>(setup, solve<Problem>);
  }
};

const batches::registrations<plain> registered("serial");

}  // namespace
