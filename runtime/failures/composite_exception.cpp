// SPDX-License-Identifier: Apache-2.0
// composite_exception: making, copying and reading the tree.
#include "failures/composite_report.hpp"
#include "failures/failure_tree.hpp"

#include <covey/composite_exception.hpp>

#include <limits>
#include <stdexcept>
#include <utility>

namespace covey {
namespace {

constexpr std::size_t all_leaves = std::numeric_limits<std::size_t>::max();

}  // namespace

using detail::tree_access;

composite_exception::composite_exception(const composite_exception& other) noexcept
    : std::exception(other),
      root_(detail::retain(other.root_)),
      lost_(other.lost_) {
}

composite_exception& composite_exception::operator=(const composite_exception& other) noexcept {
  composite_exception copy(other);
  std::swap(root_, copy.root_);
  std::swap(lost_, copy.lost_);
  return *this;
}

composite_exception::~composite_exception() {
  detail::release(root_);
}

const char* composite_exception::what() const noexcept {
  return runtime::report_of(*this);
}

std::size_t composite_exception::size() const noexcept {
  return root_ == nullptr ? 0 : root_->leaves;
}

std::uint64_t composite_exception::not_kept() const noexcept {
  return root_ == nullptr ? lost_ : root_->not_kept;
}

label composite_exception::nursery() const noexcept {
  return root_ == nullptr ? label{} : root_->scope.name;
}

site composite_exception::opened_at() const noexcept {
  return root_ == nullptr ? site{} : root_->scope.opened_at;
}

const covey::stop_reason& composite_exception::stop_reason() const noexcept {
  static constexpr covey::stop_reason nothing{};
  return root_ == nullptr ? nothing : root_->scope.stop;
}

std::vector<leaf> composite_exception::leaves() const {
  return detail::find_leaves(*this, all_leaves).leaves;
}

std::vector<failed_child> composite_exception::children() const {
  std::vector<failed_child> out;
  if (root_ == nullptr) {
    return out;
  }
  out.reserve(root_->count);
  for (const detail::failure_branch& child : root_->children()) {
    out.push_back({child.task, child.spawned_at, child.error, std::nullopt});
    if (child.inner != nullptr) {
      out.back().nested = composite_exception{detail::retain(child.inner), 0};
    }
  }
  return out;
}

composite_exception composite_exception::flatten() const {
  if (root_ == nullptr || root_->scopes == 1) {
    return *this;
  }
  const std::vector<leaf> all = leaves();
  detail::scope_info scope = root_->scope;
  scope.not_kept = root_->not_kept;
  detail::scope_builder flat(all.size(), scope);
  for (const leaf& failed : all) {
    flat.add(tree_access::branch(failed));
  }
  return tree_access::make(flat.finish());
}

namespace detail {

composite_exception make_composite(failure* first, std::size_t count, const scope_info& scope) {
  if (count == 0 && scope.not_kept == 0) {
    throw std::logic_error("covey: a composite_exception of no failures cannot be built");
  }
  scope_builder builder(count, scope);
  for (std::size_t i = 0; i < count; ++i) {
    add_failure(builder, std::move(first[i]));
  }
  return tree_access::make(builder.finish());
}

composite_exception make_composite(std::vector<failure>&& failures, const scope_info& scope) {
  std::vector<failure> taken = std::move(failures);
  return make_composite(taken.data(), taken.size(), scope);
}

bool same_exception(const std::exception_ptr& a, const std::exception_ptr& b) noexcept {
  if (a == b) {
    return true;
  }
  const auto first = composite_in(a);
  const auto second = first ? composite_in(b) : std::nullopt;
  return second && tree_access::root(*first) != nullptr &&
         tree_access::root(*first) == tree_access::root(*second);
}

}  // namespace detail
}  // namespace covey
