// SPDX-License-Identifier: Apache-2.0
// The batches as std::for_each with std::execution::par.
#include "batches/workload.hpp"
#include "harness/in_arena.hpp"
#include "harness/numbers.hpp"
#include "harness/solver.hpp"

#include <algorithm>
#include <execution>

namespace {

struct standard {
  template <class Problem>
  static void solve(Problem& p) {
    const bench::numbers items(p.count());
    std::for_each(
        std::execution::par, items.begin(), items.end(), [&p](std::uint32_t i) { p.work(i); });
  }
};

const batches::registrations<bench::solves<standard, bench::of_arena>> registered("stdpar");

}  // namespace
