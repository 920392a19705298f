// SPDX-License-Identifier: Apache-2.0
// Throws the conclusion of a scope.
#include "lifetime/conclusion.hpp"

#include "failures/failure_tree.hpp"
#include "outcome/failures.hpp"
#include "outcome/stop.hpp"

#include <covey/error.hpp>
#include <covey/unhandled_failure.hpp>

#include <mutex>

namespace covey::runtime {

bool concluded(const scope& s) noexcept {
  scope_extra* const x = extra_if_any(s);
  if (x == nullptr) {
    return false;
  }
  const std::scoped_lock guard(x->lock);
  return x->concluded;
}

void let_out(scope& s, const std::exception_ptr& conclusion, bool replaced) noexcept {
  if (conclusion == nullptr) {
    return;
  }
  {
    scope_extra& x = extra_of(s);
    const std::scoped_lock guard(x.lock);
    x.handed_out = true;
  }
  if (!replaced) {
    return;
  }
  if (const auto failures = detail::composite_in(conclusion)) {
    detail::report_unhandled(*failures);
  }
}

void throw_conclusion(scope& s, const std::exception_ptr& conclusion) {
  let_out(s, conclusion, false);
  std::rethrow_exception(conclusion);
}

}  // namespace covey::runtime
