// SPDX-License-Identifier: Apache-2.0
// matmul as plain calls, by the same quarters.
#include "harness/solver.hpp"
#include "matmul/stages.hpp"

namespace {

void solve(matmul::problem& p) {
  matmul::multiply_serially(p.whole());
}

const bench::solver<matmul::problem, solve> registered("serial");

}  // namespace
