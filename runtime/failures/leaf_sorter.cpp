// SPDX-License-Identifier: Apache-2.0
// Takes a failure tree apart: a new tree for some of the leaves, of the same shape, sharing what did not change.
#include "failures/failure_tree.hpp"

#include <covey/composite_exception.hpp>
#include <covey/detail/failure/leaf_sorter.hpp>

#include <limits>
#include <utility>

namespace covey::detail {
namespace {

/// What becomes of one branch in the new tree.
enum class fate : std::uint8_t { pruned, same, changed };

}  // namespace

leaf_sorter::leaf_sorter(const composite_exception& whole) {
  found_leaves found = find_leaves(whole, std::numeric_limits<std::size_t>::max());
  routes_ = std::move(found.routes);
  leaves_ = std::move(found.leaves);
  verdicts_.resize(leaves_.size());
  rebuilt_.resize(routes_->scopes.size());
}

leaf_sorter::~leaf_sorter() = default;

void leaf_sorter::take(std::size_t index) noexcept {
  verdicts_[index].taken = true;
}

void leaf_sorter::replace(std::size_t index, std::exception_ptr error) noexcept {
  verdicts_[index].replacement = std::move(error);
  verdicts_[index].replaced = true;
}

std::optional<composite_exception> leaf_sorter::taken() noexcept {
  return rebuild(part::taken);
}

std::optional<composite_exception> leaf_sorter::rest(bool with_counted) noexcept {
  return rebuild(with_counted ? part::rest : part::rest_without_counted);
}

/// Calls visit(branch, fate, index of the leaf or of the inner scope) for each branch of a scope.
template <class Visit>
void leaf_sorter::visit_children(std::size_t scope, part which, Visit&& visit) {
  const scope_route& route = routes_->scopes[scope];
  std::size_t leaf = route.first_leaf;
  std::size_t inner = scope + 1;
  for (const failure_branch& child : route.scope->children()) {
    if (child.inner != nullptr) {
      const failure_node* const now = rebuilt_[inner];
      visit(child,
            now == nullptr ? fate::pruned : (now == child.inner ? fate::same : fate::changed),
            inner);
      inner += child.inner->scopes;
      leaf += child.inner->leaves;
    } else {
      const verdict& said = verdicts_[leaf];
      const bool wanted = said.taken == (which == part::taken);
      visit(child, !wanted ? fate::pruned : (said.replaced ? fate::changed : fate::same), leaf);
      ++leaf;
    }
  }
}

/// @returns a new node with what remains of a scope; null if nothing does, or if there is no memory.
failure_node* leaf_sorter::copy_survivors(std::size_t scope, part which, std::uint64_t& lost) {
  scope_info info = routes_->scopes[scope].scope->scope;
  if (which != part::rest) {
    info.not_kept = 0;
  }
  if (scope == 0) {
    add_saturated(info.not_kept, std::exchange(lost, 0));
  }
  std::size_t survivors = 0;
  visit_children(scope, which, [&](const failure_branch&, fate now, std::size_t) {
    survivors += now == fate::pruned ? 0 : 1;
  });
  if (survivors == 0 && info.not_kept == 0) {
    return nullptr;
  }
  scope_builder after(survivors, info);
  visit_children(scope, which, [&](const failure_branch& child, fate now, std::size_t index) {
    if (now == fate::pruned) {
      return;
    }
    if (child.inner != nullptr) {
      failure_node* const inner = std::exchange(rebuilt_[index], nullptr);
      after.add({nullptr, inner, child.task, child.spawned_at});
    } else if (now == fate::same) {
      after.add(child);
    } else {
      add_failure(after, {verdicts_[index].replacement, child.task, child.spawned_at, 0});
    }
  });
  const scope_builder::result built = after.finish();
  if (built.node == nullptr) {
    add_saturated(lost, built.lost);
  }
  return built.node;
}

failure_node* leaf_sorter::rebuild_scope(std::size_t scope, part which, std::uint64_t& lost) {
  failure_node* const before = routes_->scopes[scope].scope;
  bool same = which == part::rest || before->scope.not_kept == 0;
  visit_children(scope, which, [&](const failure_branch&, fate now, std::size_t) {
    same = same && now == fate::same;
  });
  if (!same) {
    return copy_survivors(scope, which, lost);
  }
  visit_children(scope, which, [&](const failure_branch& child, fate, std::size_t index) {
    if (child.inner != nullptr) {
      release(std::exchange(rebuilt_[index], nullptr));
    }
  });
  return retain(before);
}

std::optional<composite_exception> leaf_sorter::rebuild(part which) noexcept {
  if (rebuilt_.empty()) {
    return which == part::rest ? std::optional(routes_->whole) : std::nullopt;
  }
  // Outer scopes come first, so that going backwards finds every inner scope done.
  std::uint64_t lost = 0;
  for (std::size_t i = rebuilt_.size(); i-- > 0;) {
    rebuilt_[i] = rebuild_scope(i, which, lost);
  }
  failure_node* const first = std::exchange(rebuilt_[0], nullptr);
  if (first == nullptr && lost == 0) {
    return std::nullopt;
  }
  return tree_access::make({first, lost});
}

}  // namespace covey::detail
