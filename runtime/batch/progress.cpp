// SPDX-License-Identifier: Apache-2.0
// The progress reports of a batch.
#include <covey/batch.hpp>
#include <covey/detail/base/clock.hpp>
#include <covey/detail/batch/item_failures.hpp>
#include <covey/detail/batch/progress.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/this_task.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace covey::detail {

namespace {

[[nodiscard]] batch_progress measure(spread& of,
                                     std::optional<std::uint64_t> total,
                                     clock::time_point start) {
  using seconds = std::chrono::duration<double>;
  batch_progress now;
  now.total = total;
  now.done = of.finished_items() * of.unit;
  if (total) {
    now.done = std::min(now.done, *total);  // the last unit may be a shorter one
  }
  now.failed = of.failed.load(std::memory_order_relaxed);
  now.elapsed = clock_now() - start;
  const std::uint64_t finished = now.done + now.failed;
  const double elapsed = std::chrono::duration_cast<seconds>(now.elapsed).count();
  if (elapsed > 0) {
    now.rate = static_cast<double>(finished) / elapsed;
  }
  if (total && finished <= *total && now.rate > 0) {
    const time_limit left(seconds(static_cast<double>(*total - finished) / now.rate));
    now.left = left.length();
  }
  return now;
}

}  // namespace

progress_reports::progress_reports(nursery& kids,
                                   spread& of,
                                   const batch_options& options,
                                   std::optional<std::uint64_t> total)
    : of_(of),
      options_(options),
      total_(total),
      start_(clock_now()) {
  if (!options.progress) {
    return;
  }
  const clock::duration period =
      std::chrono::duration_cast<clock::duration>(std::chrono::seconds(1)) /
      options.progress_rate.value();
  const auto work = [this, period] {
    do {
      this_task::sleep_for(period);
    } while (report());
  };
  // NOLINTNEXTLINE(cppcoreguidelines-slicing): what is lost is for get() in place
  child_ = kids.spawn("progress", work, of.where);
}

bool progress_reports::report() noexcept {
  try {
    options_.progress(measure(of_, total_, start_));
  } catch (...) {
    also_failed(of_, "progress");
    go_on_ = false;
  }
  return go_on_;
}

void progress_reports::end() {
  if (!child_.valid()) {
    return;
  }
  // If the child has not started by now, it never starts; the last report does not depend on it.
  child_.request_stop();
  child_.wait();
  if (go_on_) {
    static_cast<void>(report());
  }
}

}  // namespace covey::detail
