// SPDX-License-Identifier: Apache-2.0
// One leaf of a failure tree: its exception, and the way to it.
#include "failures/composite_report.hpp"
#include "failures/failure_tree.hpp"

#include <covey/leaf.hpp>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace covey {
namespace {

path_step step_of(const detail::failure_node& scope, const detail::failure_branch& child) noexcept {
  return {child.task, child.spawned_at, scope.scope.name, scope.scope.opened_at};
}

}  // namespace

std::exception_ptr leaf::error() const noexcept {
  return branch_->error;
}

path_step leaf::where() const noexcept {
  return step_of(*routes_->scopes[scope_].scope, *branch_);
}

std::vector<path_step> leaf::path() const {
  std::vector<path_step> steps{where()};
  for (std::size_t i = scope_; routes_->scopes[i].entered_by != nullptr;) {
    const detail::scope_route& inner = routes_->scopes[i];
    i = inner.outer;
    steps.push_back(step_of(*routes_->scopes[i].scope, *inner.entered_by));
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

std::string leaf::type_name() const {
  return runtime::type_name_of(error());
}

std::string leaf::message() const {
  return runtime::message_of(error());
}

void leaf::rethrow() const {
  std::rethrow_exception(branch_->error);
}

std::string to_string(const leaf& failed) {
  return runtime::report_of(failed);
}

}  // namespace covey
