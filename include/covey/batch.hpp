// SPDX-License-Identifier: Apache-2.0
// What batches share: their options, what they report while they run, and what they say at the end.
#pragma once

#include <covey/policy.hpp>
#include <covey/task_info.hpp>
#include <covey/throttle.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace covey {

/// How far a batch is.
struct batch_progress {
  std::optional<std::uint64_t> total;  ///< nullopt: the range does not know its size
  std::uint64_t done = 0;              ///< items that ended with a value
  std::uint64_t failed = 0;
  double rate = 0;  ///< finished items per second, since the start
  clock::duration elapsed{};
  std::optional<clock::duration> left;  ///< estimate of the time to the end; nullopt: no idea
};

/// How the items of a batch ended. done + failed + stopped + never_started = total.
struct batch_summary {
  std::uint64_t total = 0;  ///< of a range that does not know its size: the items that were pulled
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t stopped = 0;        ///< obeyed a stop
  std::uint64_t never_started = 0;  ///< stopped, or out of time, before they ran
  stop_reason stop;                 ///< kind none: nobody asked the batch to stop
};

/// Options of a batch. Every member has a default; the order is frozen, new ones go last.
struct batch_options {
  std::string_view name = {};  ///< copied; of more than 47 bytes the middle is left out
  /// What a failed item does to the others. Default: fail_fast; in map_outcomes() supervise.
  std::optional<covey::policy> policy = {};
  time_limit timeout = {};  ///< from the start; zero or negative: expired at once
  amount limit = {};  ///< items in flight, 1 … 2^31 - 1; default: as many as there are workers
  /// return_partial: the batch returns, and items that cannot finish in time, by what the others took, are not started.
  covey::on_timeout on_timeout = covey::on_timeout::fail;
  /// Beside timeout: the earlier one counts.
  clock::time_point deadline = clock::time_point::max();
  covey::parent parent = {};
  covey::pool* pool = nullptr;  ///< as in nursery_options
  amount max_failures = 1000;   ///< failures kept, 1 … 1,000,000; further ones are counted
  amount grain = {};   ///< items taken at a time, 1 … 2^31 - 1; default: found while it runs
  amount budget = {};  ///< sum of the weights in flight, 1 … 2^62, see weighted()
  /// Instead of limit and budget, when they shall change while the batch runs.
  covey::throttle* throttle = nullptr;
  /// Called while the batch runs, by one thread at a time, at most `progress_rate` times a second, and once at the end,
  /// by the caller's thread. What it throws is a failure of the batch, after those of the items; it is not called again.
  /// A call that waits in covey when the last item ends is cut short by `cancelled`, which is no failure of the batch.
  std::function<void(const batch_progress&)> progress = {};
  amount progress_rate = 10;  ///< 1 … 1000
  /// Of stream(): items pulled and not yet given to the sink, 1 or more; default: 8 blocks per worker.
  amount window = {};
};

/// A callable for items together with what an item costs, in units of the budget (bytes, say).
template <class F, class Weight>
struct weighted_work {
  F work;
  Weight weight;
  template <class... Args>
  requires(std::is_invocable_v<F&, Args...>) std::invoke_result_t<F&, Args...>
  operator()(Args&&... args) { return std::invoke(work, std::forward<Args>(args)...); }
};

/// `map(files, weighted(compress, size_of), {.budget = 256 << 20})`: items in flight weigh at most the budget together.
/// @param weight called with the item before it starts, again if there was no room; returns a whole number, of which
///               negative ones count as zero. Its throw is the item's failure.
template <class F, class Weight>
[[nodiscard]] weighted_work<std::decay_t<F>, std::decay_t<Weight>> weighted(F&& work,
                                                                            Weight&& weight) {
  return {std::forward<F>(work), std::forward<Weight>(weight)};
}

}  // namespace covey
