// SPDX-License-Identifier: Apache-2.0
// Contenders that end by a signal, in a run that counts as in others, to see that the driver notices.
#include "harness/selftest/workload.hpp"

#include <cstdlib>

namespace {

bench::measurement run(const bench::setup&) {
  std::abort();
}

struct uncountable {
  static constexpr std::string_view workload = "uncountable";
  static constexpr bench::sizes sizes{.full = 2,
                                      .quick = 1,
                                      .warm_up = 1,
                                      .allowed = selftest::problem::sizes.allowed,
                                      .rule = selftest::problem::sizes.rule,
                                      .counted = {1, 2}};
};

const bench::registration<selftest::problem> registered("crash", run);
const bench::registration<uncountable> registered_uncountable("covey", run);

}  // namespace
