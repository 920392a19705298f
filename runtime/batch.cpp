// SPDX-License-Identifier: Apache-2.0
// Progress of batches, what their options may say, and what they throw.
#include <covey/detail/progress.hpp>
#include <covey/error.hpp>
#include <covey/item_outcome.hpp>
#include <covey/this_task.hpp>

#include <chrono>
#include <stdexcept>
#include <string>

namespace covey::detail {

void throw_shrunk(std::uint64_t from, std::uint64_t to) {
  throw structure_error("covey: the range of a batch shrank from " + std::to_string(from) + " to " +
                        std::to_string(to) + " items while the batch ran");
}

void throw_partial(const char* instead) {
  throw std::invalid_argument(
      std::string("covey: on_timeout = return_partial needs a result that can say what is "
                  "missing; use ") +
      instead + "()");
}

void throw_not_done(item_state state) {
  throw std::logic_error(state == item_state::stopped
                             ? "covey: the item was stopped and has no value"
                             : "covey: the item never started and has no value");
}

nursery_options checked_options(const batch_options& options) {
  const auto refuse = [](const char* what, const char* range, std::int64_t given) {
    throw std::invalid_argument(std::string("covey: batch_options::") + what + " must be " + range +
                                ", not " + std::to_string(given));
  };
  if (options.grain.given() && options.grain.value() < 1) {
    refuse("grain", "at least 1", options.grain.value());
  }
  if (options.limit.given() && options.limit.value() < 1) {
    refuse("limit", "at least 1", options.limit.value());
  }
  if (options.budget.given() && options.budget.value() < 1) {
    refuse("budget", "at least 1", options.budget.value());
  }
  if (options.progress_rate.value() < 1 || options.progress_rate.value() > 1000) {
    refuse("progress_rate", "in 1 … 1000", options.progress_rate.value());
  }
  if (options.throttle != nullptr && (options.limit.given() || options.budget.given())) {
    throw std::invalid_argument(
        "covey: batch_options::throttle excludes limit and budget: set them at the throttle");
  }
  nursery_options of_nursery;
  of_nursery.name = options.name;
  of_nursery.policy = options.policy;
  of_nursery.timeout = options.timeout;
  of_nursery.on_timeout = options.on_timeout;
  of_nursery.deadline = options.deadline;
  of_nursery.parent = options.parent;
  of_nursery.pool = options.pool;
  of_nursery.max_failures = options.max_failures;
  return of_nursery;
}

namespace {

[[nodiscard]] batch_progress look(spread& of,
                                  std::optional<std::uint64_t> total,
                                  clock::time_point start) {
  using seconds = std::chrono::duration<double>;
  batch_progress now;
  now.total = total;
  now.done = of.finished_items();
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
                                   std::optional<std::uint64_t> total) {
  if (!options.progress) {
    return;
  }
  const clock::duration period =
      std::chrono::duration_cast<clock::duration>(std::chrono::seconds(1)) /
      options.progress_rate.value();
  child_ = kids.spawn("progress", [&of, &options, total, period, start = clock_now()] {
    try {
      for (;;) {
        this_task::sleep_for(period);
        options.progress(look(of, total, start));
      }
    } catch (const cancelled&) {
      options.progress(look(of, total, start));
      throw;
    }
  });
}

void progress_reports::end() {
  if (child_.valid()) {
    child_.request_stop();
  }
}

}  // namespace covey::detail
