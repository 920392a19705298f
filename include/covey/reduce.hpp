// SPDX-License-Identifier: Apache-2.0
// Reductions over ranges with random access: the same result, bit by bit, from any number of workers.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/detail/batch/batch_errors.hpp>
#include <covey/detail/batch/checked_options.hpp>
#include <covey/detail/batch/progress.hpp>
#include <covey/detail/batch/reduce_work.hpp>
#include <covey/map.hpp>
#include <covey/nursery.hpp>

#include <cstdint>
#include <functional>
#include <ranges>
#include <type_traits>
#include <utility>

namespace covey {

namespace detail {
// F makes of the items what Op folds into a T.
template <class F, class Range, class T, class Op>
concept transforms_to_fold =
    works_on<F, Range> && folds<Op, T, transformed_t<F, std::ranges::range_reference_t<Range>>>;

template <class Range, class T, class Op, class Transform>
// NOLINTNEXTLINE(readability-function-size): one parameter for each part
T reduce_range(Range& range,
               T init,
               Op& op,
               Transform& transform,
               const batch_options& options,
               const site& where) {
  refuse_partial(options, "map_outcomes");
  const nursery_options of_nursery = checked_options(options);
  const auto items = range_work<Range, Op>::size_of(range);
  const std::uint64_t leaf = leaf_size(options, items);
  batch_throttle bound(options);
  nursery kids(of_nursery, where);
  reduce_work<Range, T, Op, Transform> all(kids, where, items, leaf, range, init, op, transform);
  static_cast<void>(run_batch(kids, all, options, bound));
  if (!all.complete && items != 0) {
    throw_unfinished(all);
  }
  return init;
}

}  // namespace detail

/// Combines all items into one value: op(op(init, item 0), item 1) …, with the parentheses set in another way.
///
/// ```cpp
/// const double sum = covey::reduce(numbers, 0.0);
/// const std::string all = covey::reduce(words, std::string(), std::plus<>(), {.grain = 64});
/// ```
/// Where the parentheses stand depends on the number of items and on options.grain only: every `grain` neighbouring items
/// are combined from left to right, and the results as the leaves of a balanced binary tree, in order. So `op` need be
/// associative but not commutative, and where it is only nearly associative, as floating-point addition is, the result
/// is the same, bit by bit, whatever the number of workers. Combinations at the inner nodes run in parallel, too.
/// @param range   must stay as it is; its items are accessed by several threads at once, each by one
/// @param init    stands on the left of all items; the result of an empty range
/// @param op      op(T, item) and op(T, T) give a T; called by several threads at once
/// @param options grain: items per leaf; default: so many that there are at most 4096 leaves. limit, throttle: leaves in
///                flight, each of weight 1. window and budget make no sense here.
/// @tparam T      movable; may be move-only and without default constructor; is made from an item
/// @throws composite_exception with what items threw, in the order of the items, each named by the item's index, and what
///         combinations threw, named by the items that they combine; else as nursery::join(), timeout_error, for instance;
///         cancelled when it was stopped: a part of the result is never returned; std::invalid_argument for options out
///         of range, for budget, and for on_timeout = return_partial
/// Cancellation: a stop, a deadline and (fail_fast) a failure are seen every 256 items.
/// Complexity: one T per leaf; one read-modify-write per leaf; within a leaf a plain loop.
template <detail::splits Range,
          class T,
          detail::folds<T, std::ranges::range_reference_t<Range>> Op = std::plus<>>
T reduce(Range&& range,
         T init,
         Op&& op = {},
         const batch_options& options = {},
         site where = site::current()) {
  detail::as_it_is same;
  return detail::reduce_range(range, std::move(init), op, same, options, where);
}

/// The same with what `transform` makes of every item: op(T, transform(item)).
/// @param transform called once for every item (with a stop_token behind it, if it takes one), by several threads at once
/// Parameters, errors, cancellation, complexity: as reduce().
template <detail::splits Range,
          class T,
          class Op,
          detail::transforms_to_fold<Range, T, Op> Transform>
// NOLINTNEXTLINE(readability-function-size): one parameter for each part
T transform_reduce(Range&& range,
                   T init,
                   Op&& op,
                   Transform&& transform,
                   const batch_options& options = {},
                   site where = site::current()) {
  return detail::reduce_range(range, std::move(init), op, transform, options, where);
}

}  // namespace covey
