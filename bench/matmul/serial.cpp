// SPDX-License-Identifier: Apache-2.0
// matmul as plain calls, by the same quarters.
#include "harness/measure.hpp"
#include "matmul/stages.hpp"

namespace {

bench::measurement run(const bench::setup& setup) {
  return bench::measure<matmul::problem>(
      setup, [](matmul::problem& p) { matmul::multiply_serially(p.whole()); });
}

const bench::registration<matmul::problem> registered("serial", run);

}  // namespace
