// SPDX-License-Identifier: Apache-2.0
// Batches over ranges that must be walked: lists, generators, endless inputs.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/detail/batch/batch_errors.hpp>
#include <covey/detail/batch/checked_options.hpp>
#include <covey/detail/batch/progress.hpp>
#include <covey/detail/batch/pulled_feed.hpp>
#include <covey/detail/batch/pulled_work.hpp>
#include <covey/item_outcome.hpp>
#include <covey/map.hpp>
#include <covey/nursery.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace covey {

namespace detail {

template <class Range>
concept pulls = std::ranges::input_range<Range> && !splits<Range>;
template <class F, class Range>
concept works_on_pulled =
    std::is_invocable_v<F&, pulled_item_t<Range>> || takes_item_and_token<F, pulled_item_t<Range>>;
template <class F, class Range>
using pulled_result_t =
    std::remove_cvref_t<item_result_t<std::remove_reference_t<F>, pulled_item_t<Range>>>;
template <class F, class Range, class Cell>
using pulled_work_t =
    pulled_work<walk<std::remove_reference_t<Range>>, std::remove_reference_t<F>, Cell>;

// The blocks' results behind one another. @pre nobody works any more
template <class T, class Work, class Take>
[[nodiscard]] std::vector<T> gather(Work& all, std::uint64_t count, Take take) {
  std::vector<T> results;
  results.reserve(static_cast<std::size_t>(count));
  for (const auto& block : all.blocks) {
    for (auto& cell : block->results) {
      results.push_back(take(cell));
    }
    decltype(block->results)().swap(block->results);
  }
  return results;
}

}  // namespace detail

/// for_each() over any other input range: without random access, or without a size.
///
/// ```cpp
/// covey::for_each(std::views::istream<record>(file), [](record& r) { store(r); }, {.timeout = 10s});
/// ```
/// A worker that needs items pulls a block of them, one worker at a time; the others do not wait for it. At most 4096
/// items per worker are pulled ahead, fewer when they are dear, one when they are slow to come; so an endless range runs
/// in the memory of those.
/// A range may keep the worker waiting which pulls: what it gave before is worked on meanwhile, by another one, within some
/// 10 ms if none is idle. So it may wait for what the work on its own items brings about.
/// The range is walked once, by one thread at a time, but not always the same thread. From a forward range `work` gets
/// what dereferencing the iterator gives: references to the very items. A range that can be walked only once may reuse its
/// memory: its items are copied (or moved, where it gives rvalues) into its value type, and `work` gets that copy: as an
/// lvalue, where dereferencing the iterator gives one, else as an rvalue.
/// @throws as for_each() over a range with random access. What the range throws is a failure, too, named by the index of
///         the item that did not come; the range has then ended, and (supervise) the items before it are worked on.
/// @returns how the items ended. total: those that were pulled; of a range that knows its size and was stopped, all.
///          An item that failed to come counts as one that failed.
/// Cancellation: as there; and between two items that are pulled. An iterator that takes long can look for itself, at
/// this_task::checkpoint().
/// Complexity: an allocation per block until the blocks are used again; no read-modify-write per item.
template <detail::pulls Range, detail::works_on_pulled<Range> F>
batch_summary for_each(Range&& range,
                       F&& work,
                       const batch_options& options = {},
                       site where = site::current()) {
  const nursery_options of_nursery = detail::checked_options(options);
  detail::batch_throttle bound(options);
  nursery kids(of_nursery, where);
  detail::pulled_work_t<F, Range, detail::no_result> all(
      kids, where, options, detail::walk<std::remove_reference_t<Range>>(range), work);
  return detail::run_batch(kids, all, options, bound);
}

/// map() over any other input range; see for_each() above. All results are kept: an endless range needs a stop, and then
/// throws. @returns them in the order of the items. @throws as map() over a range with random access
template <detail::pulls Range, detail::works_on_pulled<Range> F>
auto map(Range&& range, F&& work, const batch_options& options = {}, site where = site::current()) {
  using result = detail::pulled_result_t<F, Range>;
  static_assert(!std::is_void_v<result>,
                "covey: map() needs a function that returns something; use for_each()");
  detail::refuse_partial(options, "map_outcomes");
  const nursery_options of_nursery = detail::checked_options(options);
  detail::batch_throttle bound(options);
  nursery kids(of_nursery, where);
  detail::pulled_work_t<F, Range, std::optional<result>> all(
      kids, where, options, detail::walk<std::remove_reference_t<Range>>(range), work);
  const batch_summary sum = detail::run_batch(kids, all, options, bound);
  if (sum.done != sum.total || !all.all_pulled()) {
    detail::throw_unfinished(all);
  }
  return detail::gather<result>(
      all, sum.total, [](std::optional<result>& cell) { return *std::move(cell); });
}

/// map_outcomes() over any other input range; see for_each() above.
/// @returns an outcome for every item that was pulled, in order; the last one may be what the range threw; of a range
///          that knows its size there is one for every item. @throws as map_outcomes() over a range with random access
template <detail::pulls Range, detail::works_on_pulled<Range> F>
auto map_outcomes(Range&& range,
                  F&& work,
                  const batch_options& options = {},
                  site where = site::current()) {
  using outcome = item_outcome<detail::pulled_result_t<F, Range>>;
  nursery_options of_nursery = detail::checked_options(options);
  of_nursery.policy = options.policy.value_or(policy::supervise);
  of_nursery.on_timeout = on_timeout::return_partial;
  detail::batch_throttle bound(options);
  nursery kids(of_nursery, where);
  detail::pulled_work_t<F, Range, outcome> all(
      kids, where, options, detail::walk<std::remove_reference_t<Range>>(range), work);
  const batch_summary sum = detail::run_batch(kids, all, options, bound);
  auto outcomes =
      detail::gather<outcome>(all, sum.total, [](outcome& cell) { return std::move(cell); });
  if (outcomes.size() < sum.total) {
    outcomes.resize(static_cast<std::size_t>(sum.total));
  }
  return outcomes;
}

}  // namespace covey
