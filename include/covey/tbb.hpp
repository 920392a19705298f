// SPDX-License-Identifier: Apache-2.0
// Opt-in: the algorithms of oneTBB for use inside children and bodies of nurseries, where a stop reaches them.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/tbb/tbb_call.hpp>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/parallel_reduce.h>
#include <oneapi/tbb/parallel_sort.h>
#include <oneapi/tbb/partitioner.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

// The algorithms have oneTBB's names, in namespace covey, so that `tbb::` goes on to mean oneTBB also after
// `using namespace covey`. They are objects, not functions: argument-dependent lookup must not find them, since oneTBB
// calls its own ones without a namespace. Programs that include this header link oneTBB themselves (TBB::tbb).
//
// What holds for all of them:
//
// Effect: that of the function of the same name in oneTBB, which does the work: its ranges, partitioners and filters are
//   used as they are. It runs in an arena of its own, on the calling thread and on idle threads of the calling task's
//   pool; never on others, so that a pool of n has at most n threads in bodies at once (a call for which there is none
//   left waits; and goes on all the same when no other call has ended or slept for 250 ms). While it
//   waits, the calling thread runs bodies of this call only. Threads that help stay, and keep their permits of the pool,
//   until the call returns, also while there is nothing to do for them.
//   Called by a body of another one of these algorithms, it uses the arena, and the threads, that are there already.
//   Outside any covey task it is plain oneTBB, in the arena of the caller.
// Bodies: this_task:: answers as in the calling task (stop_requested, checkpoint, remaining, name, sleep_for); nurseries
//   may be opened, and are below the caller's. A body that calls a plain oneTBB algorithm may meet another body of the
//   same call on its stack, as always with oneTBB.
// Throws: what a body threw, unchanged: the first one to throw; later ones are dropped (oneTBB's rule). `cancelled` when
//   the calling task was asked to stop before the end, so that no partial value is ever returned; an exception of a body
//   other than `cancelled` wins over it. `cancelled` also when oneTBB itself gave the call up, because the algorithm
//   around it failed or its task_group_context was cancelled. structure_error when the stack is nearly used up;
//   std::bad_alloc.
// Cancellation: any stop of the calling task, its nursery or one above (failure, deadline, stop(), parent, shutdown)
//   cancels the algorithm at once. A body that has begun is not interrupted: it may ask this_task::stop_requested(). A
//   plain oneTBB algorithm called by a body is cancelled, too, but looks only between its own tasks.
// Thread safety: may be called from any thread; the bodies run on several at once.
// Complexity: beside oneTBB's own work some µs, for the arena, the invitations and the stop; and the call returns only
//   when the threads that have come to help have left.
// Under ThreadSanitizer, which cannot see into a packaged oneTBB, the calling thread does all the work.

namespace covey {

namespace detail {

template <class Range>
[[nodiscard]] std::size_t width_of(const Range& range) {
  return range.is_divisible() ? tbb_call::unknown_width : 1;
}

struct parallel_for_function {
  /// Calls `body` for parts of `range`. Larger parts are handed to it in pieces of some 250 µs (never smaller than the
  /// range's grain size makes them), so that a stop is seen between them. The body is copied as oneTBB copies it.
  /// @tparam Partitioner one of oneTBB's; an affinity_partitioner is passed by reference.
  /// @throws see above. Complexity: one look at the stop, and at the clock, per piece.
  /// Cancellation: no further piece begins after a stop.
  template <class Range, class Body, class Partitioner = const ::tbb::auto_partitioner>
  requires(!std::integral<Range>) void operator()(const Range& range,
                                                  const Body& body,
                                                  Partitioner&& partitioner = {}) const {
    tbb_call call;
    const auto chunk = [&call, body](Range& part) {
      call.guarded([&] { in_pieces<Range, const Body>(call, body).run(part); });
    };
    call.run(width_of(range), [&](::tbb::task_group_context& inside) {
      ::tbb::parallel_for(range, chunk, partitioner, inside);
    });
  }

  /// Calls f(first), f(first + step), … up to, not including, `last`. `f` is not copied.
  /// @pre last - first can be represented, as oneTBB asks for, too.
  /// @throws std::invalid_argument for a step that is not positive; see above.
  /// Complexity: one look at the stop per call of `f`; a loop that should be vectorised wants the form with a range.
  /// Cancellation: no further call of `f` begins after a stop.
  template <std::integral Index, class F, class Partitioner = const ::tbb::auto_partitioner>
  requires(std::invocable<const F&, Index>) void operator()(
      Index first, Index last, Index step, const F& f, Partitioner&& partitioner = {}) const {
    if (step <= 0) {
      throw std::invalid_argument("covey: the step of a parallel_for must be positive");
    }
    const auto count =
        first < last ? static_cast<Index>((last - first - 1) / step + 1) : static_cast<Index>(0);
    tbb_call call;
    const auto chunk = [&](const ::tbb::blocked_range<Index>& part) {
      call.guarded([&] {
        for (Index i = part.begin(); i != part.end() && !call.should_stop(); ++i) {
          std::invoke(f, static_cast<Index>(first + i * step));
        }
      });
    };
    call.run(static_cast<std::size_t>(count), [&](::tbb::task_group_context& inside) {
      ::tbb::parallel_for(::tbb::blocked_range<Index>(0, count), chunk, partitioner, inside);
    });
  }

  /// The same with a step of one.
  template <std::integral Index, class F, class Partitioner = const ::tbb::auto_partitioner>
  requires(std::invocable<const F&, Index>) void operator()(Index first,
                                                            Index last,
                                                            const F& f,
                                                            Partitioner&& partitioner = {}) const {
    (*this)(first, last, static_cast<Index>(1), f, std::forward<Partitioner>(partitioner));
  }
};

struct parallel_reduce_function {
  /// Folds `range`: value = func(part, value) for its parts, beginning with `identity`, and join(left, right) of such
  /// values, in the order of the range. Larger parts are handed to `func` in pieces, as parallel_for does.
  /// @returns the whole value; never a partial one. @throws see above.
  /// Cancellation: no further piece and no further join begins after a stop.
  template <class Range,
            class Value,
            class Func,
            class Join,
            class Partitioner = const ::tbb::auto_partitioner>
  [[nodiscard]] Value operator()(const Range& range,
                                 const Value& identity,
                                 const Func& func,
                                 const Join& join,
                                 Partitioner&& partitioner = {}) const {
    tbb_call call;
    const auto fold = [&](const Range& whole, Value value) {
      call.guarded([&] {
        Range part(whole);
        const auto step = [&](const Range& piece) {
          value = std::invoke(func, piece, std::move(value));
        };
        in_pieces<Range, decltype(step)>(call, step).run(part);
      });
      return value;
    };
    const auto merge = [&](Value left, Value right) {
      if (!call.should_stop()) {
        call.guarded([&] { left = std::invoke(join, std::move(left), std::move(right)); });
      }
      return left;
    };
    std::optional<Value> result;
    call.run(width_of(range), [&](::tbb::task_group_context& inside) {
      result.emplace(::tbb::parallel_reduce(range, identity, fold, merge, partitioner, inside));
    });
    return *std::move(result);
  }
};

struct parallel_sort_function {
  /// Sorts [begin, end); elements that compare equal may change their order.
  /// @throws see above. After an exception the elements are in no particular order, and some may have been moved from,
  ///         as with every sort whose comparator throws.
  /// Cancellation: after a stop the next comparison on each thread leaves the sort by an exception.
  template <std::random_access_iterator Iterator, class Compare = std::less<>>
  void operator()(Iterator begin, Iterator end, const Compare& compare = {}) const {
    tbb_call call;
    const auto checked = [&call, &compare](const auto& a, const auto& b) -> bool {
      if (call.should_stop()) {
        throw sort_stopped{};
      }
      return call.guarded([&] { return static_cast<bool>(std::invoke(compare, a, b)); });
    };
    constexpr std::iter_difference_t<Iterator> serial = 500;  // oneTBB sorts fewer on one thread
    // parallel_sort() takes no context; those that it makes are below the one of the task that calls it.
    call.run(
        static_cast<std::size_t>((end - begin) / serial + 1),
        [&](::tbb::task_group_context& /*inside*/) { ::tbb::parallel_sort(begin, end, checked); });
  }

  /// Sorts a container.
  template <class Container, class Compare = std::less<>>
  requires(!std::random_access_iterator<std::remove_cvref_t<Container>>) void operator()(
      Container&& all, const Compare& compare = {}) const {
    (*this)(std::begin(all), std::end(all), compare);
  }
};

struct parallel_pipeline_function {
  /// Runs a chain of filters made with oneTBB's make_filter and `&`, with at most `max_live_tokens` items on their way.
  /// @throws see above; but an exception that a filter throws after the stop is dropped by oneTBB, and `cancelled`
  ///         thrown.
  /// Cancellation: no further filter is called after a stop; items on their way are destroyed.
  void operator()(std::size_t max_live_tokens, const ::tbb::filter<void, void>& chain) const {
    tbb_call call;
    call.run(max_live_tokens, [&](::tbb::task_group_context& inside) {
      ::tbb::parallel_pipeline(max_live_tokens, chain, inside);
    });
  }
};

}  // namespace detail

/// parallel_for(range, body), parallel_for(first, last, f) and parallel_for(first, last, step, f), each with a
/// partitioner after it if wanted.
inline constexpr detail::parallel_for_function parallel_for{};
/// parallel_reduce(range, identity, func, join), with a partitioner after it if wanted.
inline constexpr detail::parallel_reduce_function parallel_reduce{};
/// parallel_sort(begin, end) and parallel_sort(container), with a comparator after it if wanted.
inline constexpr detail::parallel_sort_function parallel_sort{};
/// parallel_pipeline(max_live_tokens, filters).
inline constexpr detail::parallel_pipeline_function parallel_pipeline{};

}  // namespace covey
