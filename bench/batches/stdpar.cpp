// SPDX-License-Identifier: Apache-2.0
// The batches as std::for_each with std::execution::par.
#include "batches/workload.hpp"
#include "harness/in_arena.hpp"
#include "harness/numbers.hpp"

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
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_arena(setup.threads,
                           [&] { return bench::measure<Problem>(setup, solve<Problem>); });
  }
};

const batches::registrations<standard> registered("stdpar");

}  // namespace
