// SPDX-License-Identifier: Apache-2.0
// nested with a oneTBB task_group in every task.
#include "harness/in_arena.hpp"
#include "harness/solver.hpp"
#include "nested/workload.hpp"

#include <oneapi/tbb/task_group.h>

namespace {

std::uint64_t visit(std::uint64_t place, std::uint64_t level) {
  std::uint64_t own = 0;
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  {
    tbb::task_group group;
    if (level > 0) {
      group.run([&, place] { left = visit(2 * place, level - 1); });
      group.run([&, place] { right = visit(2 * place + 1, level - 1); });
    }
    own = nested::problem::work(place);
    group.wait();
  }
  return own + left + right;
}

void solve(nested::problem& p) {
  p.result = visit(1, p.depth);
}

const bench::solver<nested::problem, solve, bench::of_arena> registered("tbb");

}  // namespace
