// SPDX-License-Identifier: Apache-2.0
// A contender that never ends, to see that the driver notices.
#include "harness/selftest/workload.hpp"

#include <unistd.h>

namespace {

bench::measurement run(const bench::setup&) {
  for (;;) {
    pause();
  }
}

const bench::registration<selftest::problem> registered("hang", run);

}  // namespace
