// SPDX-License-Identifier: Apache-2.0
// The batches as plain loops.
#include "batches/workload.hpp"
#include "harness/solver.hpp"

namespace {

struct plain {
  template <class Problem>
  static void solve(Problem& p) {
    for (std::uint32_t i = 0; i < p.count(); ++i) {
      p.work(i);
    }
  }
};

const batches::registrations<bench::solves<plain>> registered("serial");

}  // namespace
