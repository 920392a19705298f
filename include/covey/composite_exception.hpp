// SPDX-License-Identifier: Apache-2.0
// What a join throws when children failed: a tree of all their exceptions, and the tools to take it apart.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/failure/failure.hpp>
#include <covey/detail/failure/handlers.hpp>
#include <covey/detail/failure/leaf_sorter.hpp>
#include <covey/leaf.hpp>
#include <covey/task_info.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace covey {

struct failed_child;
struct split_result;

/// Thrown by a join when at least one child failed, also for exactly one. Holds every failure in spawn order, never in
/// finish order; the composite of a nested nursery stays one branch of the tree. Immutable and never empty: it stands
/// for at least one failure, kept or counted.
///
/// Built, walked, copied and destroyed without recursion; 10,000 nested levels are fine. Without memory it keeps as
/// many failures as it can and counts the others in not_kept().
/// Thread safety: distinct objects are independent, copies share their nodes safely; a shared one may be read from
/// any thread.
/// Example: tests/spec/composite_exception_example.cpp.
class COVEY_API composite_exception final : public std::exception {
 public:
  composite_exception(const composite_exception& other) noexcept;
  composite_exception& operator=(const composite_exception& other) noexcept;
  ~composite_exception() override;

  /// @returns a readable report: counts, nursery, and for each failure its type, message and chain of sites. Long ones
  /// are cut (the first 64 failures, 16 levels each, 2,000 bytes a message), and say so. Made when first asked for;
  /// a fixed text when memory runs out. Valid as long as any copy lives. Complexity: constant after the first call.
  [[nodiscard]] const char* what() const noexcept override;

  /// @returns the number of leaves: the failures kept in the whole tree. Zero only if all were merely counted.
  [[nodiscard]] std::size_t size() const noexcept;
  /// @returns the failures in the whole tree that were counted but not kept: beyond `max_failures`, or no memory.
  [[nodiscard]] std::uint64_t not_kept() const noexcept;
  /// @returns the name of the nursery whose children failed; empty when it has none.
  [[nodiscard]] label nursery() const noexcept;
  /// @returns where that nursery was opened.
  [[nodiscard]] site opened_at() const noexcept;
  /// @returns what stopped that nursery first: tells if a deadline or a stop fired as well as the failures.
  [[nodiscard]] const covey::stop_reason& stop_reason() const noexcept;

  /// @returns every failure of the tree in order, depth first. @throws std::bad_alloc, std::length_error.
  /// Complexity: linear in the tree, whatever its depth.
  [[nodiscard]] std::vector<leaf> leaves() const;
  /// @returns the failed children of this nursery alone, in spawn order; nested composites are one entry each.
  /// @throws std::bad_alloc. Complexity: linear in the children.
  [[nodiscard]] std::vector<failed_child> children() const;

  /// @returns the same leaves and counts in the same order, as children of this one nursery: each keeps its own name
  /// and spawn site, the nurseries in between are dropped. @throws std::bad_alloc, std::length_error.
  [[nodiscard]] composite_exception flatten() const;

  /// Sorts the leaves: those that `catch (const E&)` would take, and the others. Both parts keep the shape of the tree
  /// and share what did not change; branches without leaves are pruned. Failures that were only counted belong to the
  /// rest: nobody can say what they were (the rest may then have no leaves, but its not_kept() is not zero).
  /// @throws std::bad_alloc, std::length_error. Complexity: linear in the tree.
  template <class E>
  [[nodiscard]] split_result split() const;
  /// As above, for `predicate(const leaf&)` or `predicate(std::exception_ptr)`, which is called once for each leaf in
  /// order. @throws also what the predicate throws.
  template <class Predicate>
  [[nodiscard]] split_result split(Predicate&& predicate) const;
  /// @returns the match of split<E>().
  template <class E>
  [[nodiscard]] std::optional<composite_exception> subgroup() const;
  /// @returns the match of split(predicate).
  template <class Predicate>
  [[nodiscard]] std::optional<composite_exception> subgroup(Predicate&& predicate) const;

 private:
  friend struct detail::tree_access;
  composite_exception(detail::failure_node* top, std::uint64_t lost) noexcept
      : root_(top),
        lost_(lost) {}

  detail::failure_node*
      root_;            // one reference is ours; null if there was no memory for a single node
  std::uint64_t lost_;  // the failures, when root_ is null
};

/// One failed child of a nursery.
struct failed_child {
  label task;
  site spawned_at;
  std::exception_ptr error;  ///< null if the child failed with a composite_exception
  std::optional<composite_exception> nested;  ///< that composite_exception
};

/// The two halves of a composite_exception; an empty half is not there.
struct split_result {
  std::optional<composite_exception> match;
  std::optional<composite_exception> rest;
};

namespace detail {

/// Makes the composite of a nursery; failures are moved from and stay in the order given. A failure that is itself a
/// composite_exception becomes an inner node. Needs one allocation, has a store of its own when that fails, and counts
/// what does not fit: it never throws for want of memory.
/// @throws std::logic_error if there is nothing to report: an empty composite cannot be built.
[[nodiscard]] COVEY_API composite_exception make_composite(failure* first,
                                                           std::size_t count,
                                                           const scope_info& scope);
[[nodiscard]] COVEY_API composite_exception make_composite(std::vector<failure>&& failures,
                                                           const scope_info& scope);

/// @returns true if both hold the same exception object, or copies of one composite_exception; two nulls are the same.
[[nodiscard]] COVEY_API bool same_exception(const std::exception_ptr& a,
                                            const std::exception_ptr& b) noexcept;

}  // namespace detail

template <class E>
split_result composite_exception::split() const {
  return split([](const leaf& failed) { return failed.is<E>(); });
}

template <class Predicate>
split_result composite_exception::split(Predicate&& predicate) const {
  constexpr bool asks_leaf = std::predicate<Predicate&, const leaf&>;
  static_assert(asks_leaf || std::predicate<Predicate&, std::exception_ptr>,
                "covey: the predicate takes a const covey::leaf& or a std::exception_ptr, and "
                "returns a bool");
  detail::leaf_sorter sorter{*this};
  for (std::size_t i = 0; i < sorter.leaves().size(); ++i) {
    const leaf& failed = sorter.leaves()[i];
    bool matches = false;
    if constexpr (asks_leaf) {
      matches = static_cast<bool>(predicate(failed));
    } else {
      matches = static_cast<bool>(predicate(failed.error()));
    }
    if (matches) {
      sorter.take(i);
    }
  }
  return {sorter.taken(), sorter.rest()};
}

template <class E>
std::optional<composite_exception> composite_exception::subgroup() const {
  return split<E>().match;
}

template <class Predicate>
std::optional<composite_exception> composite_exception::subgroup(Predicate&& predicate) const {
  return split(std::forward<Predicate>(predicate)).match;
}

/// The `except*` of C++: for each leaf in order, runs the first handler whose parameter would catch it.
/// ```cpp
/// covey::handle(e, [](const value_error& bad) { … },                          // by const reference, reference or value
///                  [](const std::system_error& bad, const covey::leaf& at) { … },  // and where it happened
///                  [](std::exception_ptr rest) { … });                         // takes the rest; must be last
/// ```
/// `[](const covey::leaf&)` takes the rest as well. Handlers run on this thread, inside the catch clause: `throw;` and
/// std::throw_with_nested() work in them. What they throw is gathered and, together with what no handler took, thrown
/// as one composite of the same shape: a handler's exception replaces that of the leaf it was called for, and
/// `throw;` leaves that leaf as it was. Failures that were only counted are taken by a handler of the rest alone.
/// A thread's cancellation (pthread_cancel) in a handler passes through at once.
/// @returns the number of leaves handled, when all were.
/// @throws composite_exception with the rest; std::bad_alloc or std::length_error before the first handler runs.
/// Complexity: linear in the leaves times the handlers.
template <class... Handlers>
std::size_t handle(const composite_exception& failures, Handlers&&... handlers) {
  static_assert(sizeof...(Handlers) > 0, "covey::handle: give at least one handler");
  detail::check_handlers<Handlers...>(std::index_sequence_for<Handlers...>{});
  detail::leaf_sorter sorter{failures};
  std::size_t handled = 0;
  for (std::size_t i = 0; i < sorter.leaves().size(); ++i) {
    const leaf& failed = sorter.leaves()[i];
    auto [taken, thrown] = detail::offer(failed, handlers...);
    if (taken) {
      sorter.take(i);
      ++handled;
    } else if (thrown != nullptr && !detail::same_exception(thrown, failed.error())) {
      sorter.replace(i, std::move(thrown));
    }
  }
  if (auto rest = sorter.rest(!(detail::shape_of<Handlers>::takes_rest || ...))) {
    throw composite_exception{*rest};
  }
  return handled;
}

}  // namespace covey
