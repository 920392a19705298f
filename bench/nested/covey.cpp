// SPDX-License-Identifier: Apache-2.0
// nested with a nursery in every child.
#include "harness/in_pool.hpp"
#include "harness/solver.hpp"
#include "nested/workload.hpp"

#include <covey/covey.hpp>

namespace {

std::uint64_t visit(std::uint64_t place, std::uint64_t level) {
  std::uint64_t own = 0;
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  {
    covey::nursery kids;
    if (level > 0) {
      kids.run([&, place] { left = visit(2 * place, level - 1); });
      kids.run([&, place] { right = visit(2 * place + 1, level - 1); });
    }
    own = nested::problem::work(place);
  }
  return own + left + right;
}

void solve(nested::problem& p) {
  p.result = visit(1, p.depth);
}

const bench::solver<nested::problem, solve, bench::of_pool> registered("covey");

}  // namespace
