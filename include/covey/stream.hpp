// SPDX-License-Identifier: Apache-2.0
// A parallel pipeline of one step: results go to one sink, in the order of the items, while the others are worked on.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/detail/batch/checked_options.hpp>
#include <covey/detail/batch/progress.hpp>
#include <covey/detail/batch/pulled_feed.hpp>
#include <covey/detail/batch/stream_work.hpp>
#include <covey/map.hpp>
#include <covey/nursery.hpp>
#include <covey/pulled_ranges.hpp>

#include <ranges>
#include <type_traits>
#include <utility>

namespace covey {

namespace detail {

template <class Range>
struct streamed {
  using feed = walk<Range>;
  using item = pulled_item_t<Range>;
};
template <splits Range>
struct streamed<Range> {
  using feed = count_off<Range>;
  using item = std::ranges::range_reference_t<Range>;
};
template <class Range>
using streamed_t = typename streamed<std::remove_reference_t<Range>>::item;
template <class F, class Range>
concept works_on_streamed =
    std::is_invocable_v<F&, streamed_t<Range>> || takes_item_and_token<F, streamed_t<Range>>;
template <class F, class Range>
using stream_result_t =
    std::remove_cvref_t<item_result_t<std::remove_reference_t<F>, streamed_t<Range>>>;

}  // namespace detail

/// Calls `work` for every item, on the workers of the pool, and hands the results to `sink` in the order of the items.
///
/// ```cpp
/// covey::stream(std::views::istream<line>(in), compress, [&](const packet& p) { out << p; });
/// ```
/// One thread at a time calls the sink, not always the same: whoever completes the next result in order hands over all
/// that are ready. No other worker waits for it. The results that wait for the sink, and the items that were pulled ahead,
/// lie in a window; while it is full the workers do something else, and are woken when it moves. So an endless range runs
/// in flat memory: 8 blocks of at most 4096 items per worker, or options.window items.
/// @param range  any input range; for one with random access and a size as for_each() says, for others as for_each() over
///               ranges that must be walked
/// @param work   called with an item (and a stop_token, if it takes one), by several threads at once; returns something
/// @param sink   called with a result, as an rvalue. It may be slow: then the others wait for it, in the sense above.
/// @returns how the items ended. done: the sink took the result. A result that came after a stop counts as stopped.
/// @throws composite_exception with the failed items' exceptions, each named by the item's index, and with those of the
///         sink, named "sink", in the order of the items; else as nursery::join(); std::invalid_argument for options out
///         of range. With fail_fast the first failure ends the calls of the sink, also for results before it that were
///         not delivered yet; with supervise they go on, and failed items are left out.
/// Cancellation: a stop, a deadline and (fail_fast) a failure are seen between two items and between two calls of the
/// sink. With on_timeout = return_partial the sink has got a prefix of the results, `done` of them.
/// Complexity: small items go through in blocks: no allocation and no read-modify-write per item.
template <std::ranges::input_range Range, detail::works_on_streamed<Range> F, class Sink>
batch_summary stream(Range&& range,
                     F&& work,
                     Sink&& sink,
                     const batch_options& options = {},
                     site where = site::current()) {
  using result = detail::stream_result_t<F, Range>;
  static_assert(!std::is_void_v<result>,
                "covey: stream() needs a function that returns something; use for_each()");
  static_assert(std::is_invocable_v<Sink&, result>,
                "covey: the sink of stream() must take what the function returns, as an rvalue");
  using feed = typename detail::streamed<std::remove_reference_t<Range>>::feed;
  const nursery_options of_nursery = detail::checked_options(detail::without_window(options));
  detail::batch_throttle bound(options);
  nursery kids(of_nursery, where);
  detail::stream_work<feed, std::remove_reference_t<F>, result, std::remove_reference_t<Sink>> all(
      kids, where, options, feed(range), work, sink);
  return detail::run_batch(kids, all, options, bound);
}

}  // namespace covey
