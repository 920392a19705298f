// SPDX-License-Identifier: Apache-2.0
// A contender with a wrong answer, to see that the driver notices.
#include "harness/selftest/workload.hpp"

namespace {

bench::measurement run(const bench::setup& setup) {
  return {.problem = "selftest",
          .seconds = 1,
          .items = 0,
          .found = setup.size + 1,
          .expected = setup.size};
}

const bench::registration<selftest::problem> registered("wrong", run);

}  // namespace
