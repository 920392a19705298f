// SPDX-License-Identifier: Apache-2.0
// The loops as plain loops.
#include "harness/solver.hpp"
#include "loops/workload.hpp"

namespace {

struct plain {
  template <class Problem>
  static void solve(Problem& p) {
    for (std::uint32_t i = 0; i < p.count(); ++i) {
      p.results[i] = Problem::work(i);
    }
  }
};

const loops::registrations<bench::solves<plain>> registered("serial");

}  // namespace
