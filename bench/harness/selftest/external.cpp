// SPDX-License-Identifier: Apache-2.0
// Programs as contenders: one without fault, one with a wrong answer, one that reports nothing.
#include "harness/external.hpp"

#include "harness/selftest/workload.hpp"

namespace {

struct right {
  static constexpr const char* program = "covey-bench-selftest-right";
};
struct wrong {
  static constexpr const char* program = "covey-bench-selftest-wrong";
};
struct silent {
  static constexpr const char* program = "covey-bench-selftest-silent";
};
struct absent {
  static constexpr const char* program = "covey-bench-selftest-absent";
};

using selftest::problem;
const bench::registration<problem> of_right("program-right", bench::external<right>::run<problem>);
const bench::registration<problem> of_wrong("program-wrong", bench::external<wrong>::run<problem>);
const bench::registration<problem> of_silent("program-silent",
                                             bench::external<silent>::run<problem>);
const bench::registration<problem> of_absent("program-absent",
                                             bench::external<absent>::run<problem>);

}  // namespace
