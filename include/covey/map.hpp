// SPDX-License-Identifier: Apache-2.0
// Batches over ranges with random access: a function for every item, results in the order of the items.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/detail/batch/batch_errors.hpp>
#include <covey/detail/batch/checked_options.hpp>
#include <covey/detail/batch/item_call.hpp>
#include <covey/detail/batch/item_failures.hpp>
#include <covey/detail/batch/item_slots.hpp>
#include <covey/detail/batch/progress.hpp>
#include <covey/detail/batch/share_work.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/error.hpp>
#include <covey/item_outcome.hpp>
#include <covey/nursery.hpp>

#include <concepts>
#include <cstdint>
#include <iterator>
#include <limits>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace covey {

namespace detail {

template <class Range>
concept splits = std::ranges::random_access_range<Range> && std::ranges::sized_range<Range>;
template <class F, class Range>
concept works_on = std::ranges::input_range<Range> &&
    (std::is_invocable_v<F&, std::ranges::range_reference_t<Range>> ||
     takes_item_and_token<F, std::ranges::range_reference_t<Range>>);

// What batches over a range with random access have in common.
template <class Range, class F>
struct range_work : spread {
  range_work(nursery& kids, const site& from, const batch_options& options, Range& range, F& f)
      : spread(nursery_access::of(kids), from, options, size_of(range)),
        items(range),
        first(std::ranges::begin(range)),
        work(f) {}

  Range& items;
  std::ranges::iterator_t<Range> first;
  F& work;

  // Iterators that are copied for nothing.
  static constexpr bool light = sizeof(std::ranges::iterator_t<Range>) <= 2 * sizeof(void*) &&
                                std::is_trivially_copyable_v<std::ranges::iterator_t<Range>>;

  [[nodiscard]] COVEY_INLINE static std::ranges::range_reference_t<Range> at(
      const std::ranges::iterator_t<Range>& first, std::uint64_t i) {
    return first[static_cast<std::ranges::range_difference_t<Range>>(i)];
  }
  [[nodiscard]] COVEY_INLINE std::ranges::range_reference_t<Range> at(std::uint64_t i) const {
    return at(first, i);
  }
  // Saturated: sizes may be wider than 64 bits.
  [[nodiscard]] static std::uint64_t size_of(Range& range) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    const auto size = std::ranges::size(range);
    if constexpr (sizeof(size) > sizeof(most)) {
      return size > most ? most : static_cast<std::uint64_t>(size);
    } else {
      return static_cast<std::uint64_t>(size);
    }
  }
  [[nodiscard]] std::uint64_t weight(std::uint64_t i) { return weight_of_item(work, at(i)); }
  [[nodiscard]] bool threw(std::uint64_t i) {
    return detail::item_threw(
        *this, i, describe_item(i, [&]() -> decltype(auto) { return at(i); }));
  }
  void built(std::uint64_t /*from*/, std::uint64_t /*to*/) noexcept {}
  void check(std::uint64_t last) {
    const std::uint64_t now = size_of(items);
    if (now < last) [[unlikely]] {
      throw_shrunk(total, now);
    }
  }
};

template <class Range, class F>
struct each_work final : range_work<Range, F> {
  using range_work<Range, F>::range_work;
  struct hand {
    std::ranges::iterator_t<Range> first;
    F& work;
    COVEY_INLINE void item(std::uint64_t i) const {
      static_cast<void>(call_for_item(work, range_work<Range, F>::at(first, i)));
    }
  };
  [[nodiscard]] COVEY_INLINE hand in_hand() const requires(each_work::light) {
    return {this->first, this->work};
  }
  COVEY_INLINE void item(std::uint64_t i) {
    static_cast<void>(call_for_item(this->work, this->at(i)));
  }
};

template <class Range, class F, class R>
struct map_work final : range_work<Range, F> {
  map_work(nursery& kids, const site& from, const batch_options& options, Range& range, F& f)
      : range_work<Range, F>(kids, from, options, range, f),
        results(this->total) {}
  item_slots<R> results;
  struct hand {
    std::ranges::iterator_t<Range> first;
    F& work;
    item_slots<R>& results;
    COVEY_INLINE void item(std::uint64_t i) const {
      results.fill(i, [&]() -> decltype(auto) {
        return call_for_item(work, range_work<Range, F>::at(first, i));
      });
    }
  };
  [[nodiscard]] COVEY_INLINE hand in_hand() requires(map_work::light) {
    return {this->first, this->work, results};
  }
  COVEY_INLINE void item(std::uint64_t i) {
    results.fill(i, [&]() -> decltype(auto) { return call_for_item(this->work, this->at(i)); });
  }
  void built(std::uint64_t from, std::uint64_t to) noexcept { results.built(from, to); }
};

template <class Range, class F, class R>
struct outcome_work final : range_work<Range, F> {
  outcome_work(nursery& kids, const site& from, const batch_options& options, Range& range, F& f)
      : range_work<Range, F>(kids, from, options, range, f),
        results(static_cast<std::size_t>(this->total)) {}
  std::vector<item_outcome<R>> results;
  COVEY_INLINE void item(std::uint64_t i) {
    auto& result = results[static_cast<std::size_t>(i)];
    if constexpr (std::is_void_v<R>) {
      call_for_item(this->work, this->at(i));
      outcome_access::set_done(result);
    } else {
      outcome_access::set_value(
          result, [&]() -> decltype(auto) { return call_for_item(this->work, this->at(i)); });
    }
  }
  [[nodiscard]] bool threw(std::uint64_t i) {
    auto& result = results[static_cast<std::size_t>(i)];
    bool go_on = true;
    outcome_access::set_error(
        result,
        detail::item_failed(
            *this, describe_item(i, [&]() -> decltype(auto) { return this->at(i); }), go_on));
    return go_on;
  }
};

// Options of batches that must not return with less than all.
inline void refuse_partial(const batch_options& options, const char* instead) {
  if (options.on_timeout == on_timeout::return_partial) {
    throw_partial(instead);
  }
}

}  // namespace detail

/// Calls `work` for every item, on the workers of the pool, and waits for all of them.
/// A range with random access and a size is split among the workers while it runs: whoever is idle takes half of what
/// the busiest has left. Items of nanoseconds are taken in blocks whose size is found by timing them, long ones singly.
/// @param range  must stay as it is; its items are accessed by several threads at once, each by one
/// @param work   called with an item (and a stop_token, if it takes one), by several threads at once
/// @returns how the items ended; all done, unless options.on_timeout is return_partial and the deadline passed
/// @throws composite_exception with the failed items' exceptions, in the order of the items, each named by the item's
///         index, also a range that shrank (structure_error); else as nursery::join(); std::invalid_argument for
///         options out of range; std::length_error for more than 2^63 items
/// Cancellation: a stop, a deadline and (fail_fast) a failure are seen between two items.
/// Complexity: no allocation and no read-modify-write per item; a few nanoseconds a block.
template <detail::splits Range, detail::works_on<Range> F>
batch_summary for_each(Range&& range,
                       F&& work,
                       const batch_options& options = {},
                       site where = site::current()) {
  const nursery_options of_nursery = detail::checked_options(options);
  detail::batch_throttle bound(options);
  nursery kids(of_nursery, where);
  using function = std::remove_reference_t<F>;
  detail::each_work<std::remove_reference_t<Range>, function> all(
      kids, where, options, range, work);
  return detail::run_batch(kids, all, options, bound);
}

/// The same with results. @returns them in the order of the items. R may be move-only and need not be
/// default-constructible.
/// @throws as for_each(); std::invalid_argument for on_timeout = return_partial (see map_outcomes()); what moving an R
///         into the vector throws
template <detail::splits Range, detail::works_on<Range> F>
auto map(Range&& range, F&& work, const batch_options& options = {}, site where = site::current()) {
  using function = std::remove_reference_t<F>;
  using result =
      std::remove_cvref_t<detail::item_result_t<function, std::ranges::range_reference_t<Range>>>;
  static_assert(!std::is_void_v<result>,
                "covey: map() needs a function that returns something; use for_each()");
  detail::refuse_partial(options, "map_outcomes");
  const nursery_options of_nursery = detail::checked_options(options);
  detail::batch_throttle bound(options);
  nursery kids(of_nursery, where);
  detail::map_work<std::remove_reference_t<Range>, function, result> all(
      kids, where, options, range, work);
  const batch_summary sum = detail::run_batch(kids, all, options, bound);
  if (sum.done != sum.total) {
    detail::throw_unfinished(all);
  }
  return all.results.take();
}

/// One outcome per item instead of an exception: value, error, stopped, never started.
/// Failed items do not stop the others, unless options.policy says fail_fast.
/// @returns the outcomes in the order of the items, also when the deadline passed
/// @throws cancelled when a nursery above was stopped; composite_exception when the range shrank or options.progress
///         threw; std::invalid_argument; std::bad_alloc
template <detail::splits Range, detail::works_on<Range> F>
auto map_outcomes(Range&& range,
                  F&& work,
                  const batch_options& options = {},
                  site where = site::current()) {
  using function = std::remove_reference_t<F>;
  using result =
      std::remove_cvref_t<detail::item_result_t<function, std::ranges::range_reference_t<Range>>>;
  nursery_options of_nursery = detail::checked_options(options);
  of_nursery.policy = options.policy.value_or(policy::supervise);
  of_nursery.on_timeout = on_timeout::return_partial;
  detail::batch_throttle bound(options);
  nursery kids(of_nursery, where);
  detail::outcome_work<std::remove_reference_t<Range>, function, result> all(
      kids, where, options, range, work);
  static_cast<void>(detail::run_batch(kids, all, options, bound));
  return std::move(all.results);
}

}  // namespace covey
