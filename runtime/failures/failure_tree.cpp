// SPDX-License-Identifier: Apache-2.0
// The memory of failure trees: taken without fail, given back without recursion, walked in depth-first order.
#include "failures/failure_tree.hpp"

#include "failures/emergency_store.hpp"

#include <algorithm>
#include <cxxabi.h>
#include <memory>
#include <new>
#include <utility>

namespace covey::detail {
namespace {

constexpr std::size_t bytes_for(std::size_t branches) noexcept {
  return sizeof(failure_node) + branches * sizeof(failure_branch);
}

/// Halves the number of branches until the memory suffices: some failures kept are better than none.
failure_node* allocate_node(std::size_t branches) noexcept {
  for (;;) {
    const std::size_t bytes = bytes_for(branches);
    void* memory = ::operator new(bytes, std::nothrow);
    const bool from_store = memory == nullptr;
    if (from_store) {
      memory = runtime::emergency_allocate(bytes);
    }
    if (memory != nullptr) {
      auto* node = ::new (memory) failure_node;
      node->bytes = bytes;
      node->from_store = from_store;
      node->capacity = branches;
      return node;
    }
    if (branches == 0) {
      return nullptr;
    }
    branches /= 2;
  }
}

void free_node(failure_node* node) noexcept {
  const std::size_t bytes = node->bytes;
  const bool from_store = node->from_store;
  std::destroy_at(node);
  if (from_store) {
    runtime::emergency_release(node, bytes);
  } else {
    ::operator delete(node);
  }
}

// Nodes of this thread that nobody holds, and whether a release() further up the stack is destroying them.
struct doomed_nodes {
  failure_node* first = nullptr;
  bool busy = false;
};
thread_local constinit doomed_nodes doomed{};

}  // namespace

void release(failure_node* node) noexcept {
  if (node == nullptr || node->holders.fetch_sub(1, std::memory_order_acq_rel) != 1) {
    return;
  }
  node->next_doomed = doomed.first;
  doomed.first = node;
  // Destroying an exception may release another composite, which that exception held. It is queued here, too, so that
  // also a chain of such exceptions is destroyed without recursion.
  if (doomed.busy) {
    return;
  }
  doomed.busy = true;
  while (doomed.first != nullptr) {
    failure_node* const dead = doomed.first;
    doomed.first = dead->next_doomed;
    for (std::size_t i = 0; i < dead->count; ++i) {
      release(dead->branches()[i].inner);
    }
    std::destroy_n(dead->branches(), dead->count);
    delete[] dead->report.load(std::memory_order_acquire);
    free_node(dead);
  }
  doomed.busy = false;
}

scope_builder::scope_builder(std::size_t branches, const scope_info& scope) noexcept
    : node_(allocate_node(branches)),
      lost_(scope.not_kept) {
  if (node_ != nullptr) {
    node_->scope = scope;
  }
}

void scope_builder::add(failure_branch branch) noexcept {
  if (node_ == nullptr || node_->count == node_->capacity) {
    const failure_node* const inner = branch.inner;
    add_lost(inner == nullptr ? 1 : inner->leaves);
    add_lost(inner == nullptr ? 0 : inner->not_kept);
    release(branch.inner);
    return;
  }
  if (const failure_node* const inner = branch.inner; inner != nullptr) {
    add_saturated(node_->leaves, inner->leaves);
    add_saturated(node_->scopes, inner->scopes);
    add_saturated(node_->not_kept, inner->not_kept);
  } else {
    add_saturated(node_->leaves, std::size_t{1});
  }
  ::new (static_cast<void*>(node_->branches() + node_->count)) failure_branch(std::move(branch));
  ++node_->count;
}

scope_builder::result scope_builder::finish() noexcept {
  if (node_ != nullptr) {
    node_->scope.not_kept = lost_;
    add_saturated(node_->not_kept, lost_);
  }
  return {std::exchange(node_, nullptr), lost_};
}

found_leaves find_leaves(const composite_exception& whole, std::size_t most) {
  struct cursor {
    std::size_t scope;
    std::size_t next;
  };
  auto routes = std::make_shared<leaf_routes>(leaf_routes{whole, {}});
  found_leaves found;
  found.leaves.reserve(std::min(whole.size(), most));
  std::vector<cursor> open;
  const auto enter = [&](failure_node* scope, const failure_branch* by, std::size_t outer) {
    routes->scopes.push_back({scope, by, outer, found.leaves.size()});
    open.push_back({routes->scopes.size() - 1, 0});
  };
  if (failure_node* const first = tree_access::root(whole); first != nullptr) {
    enter(first, nullptr, 0);
  }
  while (!open.empty() && found.leaves.size() < most) {
    const std::size_t here = open.back().scope;
    const auto children = routes->scopes[here].scope->children();
    if (open.back().next == children.size()) {
      open.pop_back();
      continue;
    }
    const failure_branch& child = children[open.back().next++];
    if (child.inner != nullptr) {
      enter(child.inner, &child, here);
    } else {
      found.leaves.push_back(tree_access::make(routes, here, &child));
    }
  }
  found.routes = std::move(routes);
  return found;
}

const std::type_info* type_of(const std::exception_ptr& error) noexcept {
  if (error == nullptr) {
    return nullptr;
  }
#if defined(__GLIBCXX__)
  return error
      .__cxa_exception_type();  // without the cost, and the memory, of throwing it once more
#else
  try {
    std::rethrow_exception(error);
  } catch (...) {
    return abi::__cxa_current_exception_type();
  }
#endif
}

std::optional<composite_exception> composite_in(const std::exception_ptr& error) noexcept {
  const std::type_info* const type = type_of(error);
  if (type == nullptr || *type != typeid(composite_exception)) {
    return std::nullopt;
  }
  try {
    std::rethrow_exception(error);
  } catch (const composite_exception& inner) {
    return inner;
  }
}

void add_failure(scope_builder& builder, failure&& failed) noexcept {
  failure_branch branch{std::move(failed.error), nullptr, failed.task, failed.spawned_at};
  if (branch.error == nullptr) {
    branch.error = std::make_exception_ptr(std::bad_exception{});
  } else if (const auto inner = composite_in(branch.error)) {
    // From here on the nodes are held, not the exception: a chain of exception objects would be destroyed recursively.
    branch.error = nullptr;
    branch.inner = retain(tree_access::root(*inner));
    if (branch.inner == nullptr) {
      builder.add_lost(inner->not_kept());
      return;
    }
  }
  builder.add(std::move(branch));
}

}  // namespace covey::detail
