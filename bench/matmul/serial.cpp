// SPDX-License-Identifier: Apache-2.0
// matmul as plain calls, by the same quarters.
#include "harness/measure.hpp"
#include "matmul/workload.hpp"

namespace {

void multiply(const matmul::product& whole);

void multiply_all(const matmul::phase& parts) {
  for (const matmul::product& part : parts) {
    multiply(part);
  }
}

void multiply(const matmul::product& whole) {
  if (whole.n <= matmul::leaf) {
    matmul::multiply_leaf(whole);
    return;
  }
  for (const matmul::phase& parts : matmul::phases(whole)) {
    multiply_all(parts);
  }
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<matmul::problem>(setup, [](matmul::problem& p) { multiply(p.whole()); });
}

const bench::registration<matmul::problem> registered("serial", run);

}  // namespace
