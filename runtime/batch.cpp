// SPDX-License-Identifier: Apache-2.0
// Progress of batches, what their options may say, and what they throw.
#include <covey/detail/progress.hpp>
#include <covey/detail/reduce_work.hpp>
#include <covey/detail/stream_work.hpp>
#include <covey/error.hpp>
#include <covey/item_outcome.hpp>
#include <covey/this_task.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <limits>
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

void throw_unfinished(const spread& w) {
  stop_reason why = outcome_of(w.of).stop;
  if (why.kind == stop_kind::none) {
    // The batch went on; an item ended with the stop of a nursery of its own.
    why.kind = stop_kind::explicit_stop;
    why.site = w.where;
    why.text = label("an item was stopped and has no value");
  }
  throw cancelled(why);
}

std::uint64_t leaf_size(const batch_options& options, std::uint64_t items) {
  constexpr std::uint64_t most_leaves = 4096;
  if (options.budget.given()) {
    throw std::invalid_argument(
        "covey: batch_options::budget means nothing to reduce(): its items have no weights");
  }
  return options.grain.given() ? static_cast<std::uint64_t>(options.grain.value())
                               : items / most_leaves + (items % most_leaves != 0 || items == 0);
}

batch_options without_window(const batch_options& options) {
  if (options.window.given() && options.window.value() < 1) {
    throw std::invalid_argument("covey: batch_options::window must be at least 1, not " +
                                std::to_string(options.window.value()));
  }
  batch_options others = options;
  others.window = {};
  return others;
}

label name_of_items(std::uint64_t first, std::uint64_t last) noexcept {
  std::array<char, label::capacity> room{};
  static_cast<void>(
      std::snprintf(room.data(), room.size(), "items %" PRIu64 " to %" PRIu64, first, last));
  return label(std::string_view(room.data()));
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
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  constexpr std::int64_t most_budget = std::int64_t{1} << 62;
  const auto check =
      [&](const char* what, const amount& given, std::int64_t upto, const char* range) {
        if (given.given() && (given.value() < 1 || given.value() > upto)) {
          refuse(what, range, given.value());
        }
      };
  check("grain", options.grain, most, "in 1 … 2147483647");
  check("limit", options.limit, most, "in 1 … 2147483647");
  check("budget", options.budget, most_budget, "in 1 … 4611686018427387904");
  if (options.window.given()) {
    throw std::invalid_argument("covey: batch_options::window is for stream() only");
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
  of_nursery.policy = options.policy.value_or(policy::fail_fast);
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
    options_.progress(look(of_, total_, start_));
  } catch (...) {
    of_.also_failed("progress");
    go_on_ = false;
  }
  return go_on_;
}

void progress_reports::end() {
  if (!child_.valid()) {
    return;
  }
  // A child that nobody has started by now never starts; the last report does not depend on it.
  child_.request_stop();
  child_.wait();
  if (go_on_) {
    static_cast<void>(report());
  }
}

}  // namespace covey::detail
