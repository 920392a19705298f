// SPDX-License-Identifier: Apache-2.0
// A for_each over the missing rows. A row costs what its points cost: the batch finds out how many to take at a time.

#include "job.hpp"

#include "support/progress_bar.hpp"
#include "support/text.hpp"

#include <covey/covey.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>

namespace mandelbrot {

using support::counted;
using support::fixed;

namespace {

using steady = std::chrono::steady_clock;

/// Draws the batch's progress; the rows of an earlier run count as done.
std::string line_of(const covey::batch_progress& now, std::uint64_t kept, double pixels_per_row) {
  const std::uint64_t total = now.total.value_or(0) + kept;
  const double part =
      total == 0 ? 1.0 : static_cast<double>(now.done + kept) / static_cast<double>(total);
  std::optional<double> left;
  if (now.left && now.done > 0) {
    left = std::chrono::duration<double>(*now.left).count();
  }
  return support::progress_line(part,
                                std::to_string(now.done + kept) + " of " + counted(total, "row") +
                                    "  " + fixed(now.rate * pixels_per_row / 1e6, 2) + " Mpixel/s",
                                left);
}

covey::batch_options options_for_rows(const options& wanted, support::progress_bar& shown) {
  covey::batch_options rows{
      .name = "rows",
      .on_timeout = covey::on_timeout::return_partial,
  };
  if (wanted.timeout) {
    rows.timeout = std::chrono::duration<double>(*wanted.timeout);
  }
  rows.progress_rate = shown.calls_per_second();
  return rows;
}

}  // namespace

job_result render(const options& wanted,
                  covey::nursery& job,
                  picture& into,
                  const std::vector<bool>& done,
                  std::optional<state_file>& state) {
  std::vector<std::uint32_t> missing;
  for (std::uint32_t y = 0; y < into.shown().height; ++y) {
    if (!done[y]) {
      missing.push_back(y);
    }
  }
  job_result result;
  result.rows_kept = into.shown().height - missing.size();

  support::progress_bar shown(!wanted.quiet,
                              std::chrono::duration<double>(wanted.interval.value_or(0)));
  covey::batch_options rows = options_for_rows(wanted, shown);
  if (shown.shown()) {
    rows.progress = [&](const covey::batch_progress& now) {
      shown.show([&] { return line_of(now, result.rows_kept, into.shown().width); });
    };
  }
  // Counted by the items, as a batch that was stopped from above ends in an exception.
  //   order  relaxed: read after the end of the batch
  std::atomic<std::uint64_t> computed{0};
  const steady::time_point start = steady::now();
  try {
    covey::for_each(
        missing,
        [&](std::uint32_t y) {
          into.compute_row(y, covey::this_task::checkpoint);
          if (state) {
            covey::blocking([&] { state->keep_row(into, y); });
          }
          computed.fetch_add(1, std::memory_order_relaxed);
        },
        rows);
  } catch (const covey::composite_exception& failed) {
    for (const covey::leaf& one : failed.leaves()) {
      result.failures.push_back(one.message());
    }
  } catch (const covey::cancelled&) {  // the job was stopped; what is finished is in the picture
  }
  result.seconds = std::chrono::duration<double>(steady::now() - start).count();
  result.rows_computed = computed.load(std::memory_order_relaxed);
  result.complete = result.rows_computed == missing.size();
  // Items that could not finish in time were not even started: the deadline itself may be yet to come.
  result.timed_out = !result.complete && result.failures.empty() && !job.stop_requested();
  return result;
}

}  // namespace mandelbrot
