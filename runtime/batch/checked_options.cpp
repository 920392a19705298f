// SPDX-License-Identifier: Apache-2.0
// What the options of a batch may say.
#include <covey/batch.hpp>
#include <covey/detail/batch/checked_options.hpp>
#include <covey/nursery.hpp>
#include <covey/policy.hpp>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

namespace covey::detail {

nursery_options checked_options(const batch_options& options) {
  const auto refuse = [](const char* what, const char* range, std::int64_t given) {
    throw std::invalid_argument(std::string("covey: batch_options::") + what + " must be " + range +
                                ", not " + std::to_string(given));
  };
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  constexpr std::int64_t most_budget = std::int64_t{1} << 62;
  const auto check =
      [&](const char* what, const amount& given, std::int64_t upto, const char* range) {
        if (given.given() && (given.value() < 1 || given.value() > upto)) {
          refuse(what, range, given.value());
        }
      };
  check("grain", options.grain, most, "in 1 … 2147483647");
  check("limit", options.limit, most, "in 1 … 2147483647");
  check("budget", options.budget, most_budget, "in 1 … 4611686018427387904");
  if (options.window.given()) {
    throw std::invalid_argument("covey: batch_options::window is for stream() only");
  }
  if (options.progress_rate.value() < 1 || options.progress_rate.value() > 1000) {
    refuse("progress_rate", "in 1 … 1000", options.progress_rate.value());
  }
  if (options.throttle != nullptr && (options.limit.given() || options.budget.given())) {
    throw std::invalid_argument(
        "covey: batch_options::throttle excludes limit and budget: set them at the throttle");
  }
  nursery_options of_nursery;
  of_nursery.name = options.name;
  of_nursery.policy = options.policy.value_or(policy::fail_fast);
  of_nursery.timeout = options.timeout;
  of_nursery.on_timeout = options.on_timeout;
  of_nursery.deadline = options.deadline;
  of_nursery.parent = options.parent;
  of_nursery.pool = options.pool;
  of_nursery.max_failures = options.max_failures;
  return of_nursery;
}

}  // namespace covey::detail
