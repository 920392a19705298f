// SPDX-License-Identifier: Apache-2.0
// A contender that ends by a signal, to see that the driver notices.
#include "harness/selftest/workload.hpp"

#include <cstdlib>

namespace {

bench::measurement run(const bench::setup&) {
  std::abort();
}

const bench::registration<selftest::problem> registered("crash", run);

}  // namespace
