// SPDX-License-Identifier: Apache-2.0
// The loops as std::for_each with std::execution::par; in libstdc++ that is oneTBB, so an arena bounds the threads.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "loops/workload.hpp"

#include <algorithm>
#include <execution>

namespace {

struct standard {
  template <class Problem>
  static void solve(Problem& p) {
    const std::uint32_t* const first = p.results.data();
    std::for_each(
        std::execution::par, p.results.begin(), p.results.end(), [first](std::uint32_t& result) {
          result = Problem::work(static_cast<std::uint64_t>(&result - first));
        });
  }
};

const loops::registrations<bench::solves<standard, bench::of_arena>> registered("stdpar");

}  // namespace
