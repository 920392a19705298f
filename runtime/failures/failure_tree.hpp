// SPDX-License-Identifier: Apache-2.0
// The shared nodes of a composite_exception: layout, reference counts, and building without fail.
#pragma once

#include <covey/composite_exception.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <typeinfo>
#include <utility>
#include <vector>

namespace covey::detail {

/// One failed child. Exactly one of error and inner is set.
struct failure_branch {
  std::exception_ptr error;
  failure_node* inner = nullptr;  // one reference is ours while the branch is in a node
  label task;
  site spawned_at;
};

/// One nursery with its failed children, which lie behind it in the same allocation. Immutable once it is shared, but
/// for the first three members.
struct failure_node {
  // Composites and branches that hold this node.
  //   written  +1 by who copies a composite, -1 by release(), by any thread.
  //   read     by the decrement that sees 1: that thread, alone, destroys the node.
  //   order    -1 is acq_rel: all uses happen before the destruction; +1 needs none, the copier holds a reference.
  std::atomic<std::size_t> holders{1};
  // The text of what(), made when first asked for; owned.
  //   written  once, by the first thread whose compare_exchange finds null.
  //   read     by what(), and by the destruction.
  //   order    release / acquire: the bytes are written before the pointer is seen.
  std::atomic<const char*> report{nullptr};
  // In the list of release(): nodes without holders that it will destroy.
  failure_node* next_doomed = nullptr;

  std::size_t bytes = 0;       // of the allocation
  bool from_store = false;     // which is in the emergency store
  std::size_t capacity = 0;    // branches there is room for
  std::size_t count = 0;       // branches there are
  std::size_t leaves = 0;      // in the whole tree below; saturates, as the next two
  std::size_t scopes = 1;      // nodes in the whole tree, with this one
  std::uint64_t not_kept = 0;  // in the whole tree; scope.not_kept is this nursery's share
  scope_info scope;

  [[nodiscard]] failure_branch* branches() noexcept {
    return reinterpret_cast<failure_branch*>(this + 1);
  }
  [[nodiscard]] std::span<const failure_branch> children() const noexcept {
    return {reinterpret_cast<const failure_branch*>(this + 1), count};
  }
};
static_assert(sizeof(failure_node) % alignof(failure_branch) == 0);

inline failure_node* retain(failure_node* node) noexcept {
  if (node != nullptr) {
    node->holders.fetch_add(1, std::memory_order_relaxed);
  }
  return node;
}

/// Gives up one reference, and destroys what nobody holds any more, without recursion however deep the tree is.
void release(failure_node* node) noexcept;

/// Adds without wrapping: a tree that shares branches may stand for more leaves than there are numbers.
template <class Count>
constexpr void add_saturated(Count& sum, Count more) noexcept {
  sum = more > static_cast<Count>(~sum) ? static_cast<Count>(~Count{0})
                                        : static_cast<Count>(sum + more);
}

/// Fills one node. Takes as much memory as it can get for the branches announced, and counts those without room.
class scope_builder {
 public:
  scope_builder(std::size_t branches, const scope_info& scope) noexcept;
  scope_builder(const scope_builder&) = delete;
  scope_builder& operator=(const scope_builder&) = delete;
  ~scope_builder() { release(node_); }

  void add(failure_branch branch) noexcept;  // takes over the reference to branch.inner
  void add_lost(std::uint64_t count) noexcept { add_saturated(lost_, count); }

  struct result {
    failure_node* node;  // null if there was no memory for it
    std::uint64_t lost;  // then all that it would have stood for
  };
  /// @returns the node, whose reference goes to the caller.
  [[nodiscard]] result finish() noexcept;

 private:
  failure_node* node_;
  std::uint64_t lost_ = 0;
};

/// One scope of a tree, in depth-first order: an outer scope comes before those inside it.
struct scope_route {
  failure_node* scope;
  const failure_branch* entered_by;  // the outer scope's branch that leads here; null for the root
  std::size_t outer;                 // index of that scope
  std::size_t first_leaf;  // index of the first leaf at or after the beginning of this scope
};

/// The ways from the root to all leaves: what nodes do not know, since several trees may share them.
struct leaf_routes {
  composite_exception whole;
  std::vector<scope_route> scopes;
};

struct found_leaves {
  std::shared_ptr<const leaf_routes> routes;
  std::vector<leaf> leaves;
};
/// @returns the first leaves of the tree, at most `most`. @throws std::bad_alloc, std::length_error.
[[nodiscard]] found_leaves find_leaves(const composite_exception& whole, std::size_t most);

/// @returns the type of the exception, null for a null pointer.
[[nodiscard]] const std::type_info* type_of(const std::exception_ptr& error) noexcept;
/// @returns the composite if the exception is one.
[[nodiscard]] std::optional<composite_exception> composite_in(
    const std::exception_ptr& error) noexcept;
/// Adds one failure: a leaf, or the nodes of the composite that failed the child.
void add_failure(scope_builder& builder, failure&& failed) noexcept;

struct tree_access {
  static composite_exception make(scope_builder::result built) noexcept {
    return composite_exception{built.node, built.node == nullptr ? built.lost : 0};
  }
  static failure_node* root(const composite_exception& whole) noexcept { return whole.root_; }
  static leaf make(std::shared_ptr<const leaf_routes> routes,
                   std::size_t scope,
                   const failure_branch* branch) noexcept {
    return leaf{std::move(routes), scope, branch};
  }
  static const leaf_routes& routes(const leaf& failed) noexcept { return *failed.routes_; }
  static std::size_t scope(const leaf& failed) noexcept { return failed.scope_; }
  static const failure_branch& branch(const leaf& failed) noexcept { return *failed.branch_; }
};

}  // namespace covey::detail
