// SPDX-License-Identifier: Apache-2.0
// Deadlines of scopes.
#include "outcome/deadline.hpp"

#include "observe/tracked_states.hpp"
#include "outcome/failures.hpp"
#include "outcome/stop.hpp"
#include "pool/crew.hpp"
#include "scope/liveness.hpp"
#include "time/clock.hpp"

#include <covey/detail/base/clock.hpp>
#include <covey/detail/compiled/deadline.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/detail/task/scope.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace covey::runtime {

namespace {

[[nodiscard]] clock::time_point as_time(clock::rep ticks) noexcept {
  return clock::time_point(clock::duration(ticks));
}

[[nodiscard]] clock::time_point own_deadline(const scope_extra& x) noexcept {
  return as_time(x.deadline.load(std::memory_order_seq_cst));
}

[[nodiscard]] clock::time_point deadline_above(context c) noexcept {
  clock::time_point earliest = clock::time_point::max();
  for (; c != detail::outside(); c = up(c)) {
    if (is_task(c) || is_joined(c)) {
      continue;
    }
    if (const scope_extra* const x = extra_if_any(scope_of(c))) {
      earliest = std::min(earliest, own_deadline(*x));
    }
  }
  return earliest;
}

// "3 children had not finished".
[[nodiscard]] std::string children_left(scope& s) {
  const std::size_t out = detail::count_pending(s);
  return std::to_string(out) + (out == 1 ? " child" : " children") + " had not finished";
}

// "340 of 1000 items had finished"; of a range without a size "340 items had finished".
[[nodiscard]] std::string items_done(const spread_list::item_count& items) {
  std::string text = std::to_string(items.finished);
  if (items.total != 0) {
    text += " of " + std::to_string(items.total);
  }
  return text + (std::max(items.finished, items.total) == 1 ? " item" : " items") + " had finished";
}

// "after 2 s", as the options said; empty for a point in time.
[[nodiscard]] std::string timeout_in_words(const scope_extra& x) {
  if (x.asked_timeout == clock::duration::zero()) {
    return {};
  }
  char length[40];
  std::snprintf(
      length, sizeof length, "after %g s", std::chrono::duration<double>(x.asked_timeout).count());
  return length;
}

// "3 children had not finished, among them 'tile 17', 'tile 18'".
[[nodiscard]] std::string state_at_expiry(scope& s) {
  const bool alone = detail::count_pending(s) == 1;
  std::string text = children_left(s);
  constexpr int most = 5;
  int named = 0;
  crew& of = crew_of(s);
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *of.member(i);
    const std::scoped_lock guard(r.named_lock);
    for (task_context* t = r.named; t != nullptr && named < most; t = t->outer_named) {
      // A child that runs keeps its scopes alive.
      if (runs_below(context_of(t), s)) {
        text += named++ != 0 ? ", " : alone ? ": " : ", among them ";
        text += quoted(t->task->ops->name(t->task));
      }
    }
  }
  return text;
}

void expire(scope& s, scope_extra& x) noexcept {
  stop_reason why;
  why.scope = x.name;
  why.site = s.opened_at;
  // Equal nested deadlines: the outermost throws, so the inner one was stopped by its parent.
  why.kind = deadline_above(above(s)) <= own_deadline(x) ? stop_kind::parent : stop_kind::deadline;
  try {
    const std::optional<spread_list::item_count> items = crew_of(s).items_of(s);
    const std::string timeout = timeout_in_words(x);
    why.text = label(timeout + (timeout.empty() ? "" : ": ") +
                     (items ? items_done(*items) : children_left(s)));
    std::string text = state_at_expiry(s);
    const std::scoped_lock guard(x.lock);
    x.at_expiry = std::move(text);
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory for the details
  }
  request_stop(s, why);
}

void fired(timer* t) noexcept {
  scope& s = *static_cast<detail::deadline_timer*>(t)->of;
  scope_extra& x = extra_of(s);
  if (own_deadline(x) <= now()) {
    expire(s, x);
  }
}

void move_deadline(scope& s, scope_extra& x, clock::time_point when) {
  const clock::rep before =
      x.deadline.exchange(when.time_since_epoch().count(), std::memory_order_seq_cst);
  track_deadline(s, when);
  if (when == clock::time_point::max()) {
    disarm_deadline(x);
  } else if (when <= now()) {
    disarm_deadline(x);
    expire(s, x);
  } else {
    x.timer.of = &s;
    x.timer.fire = &fired;
    try {
      timekeeper::arm(x.timer, when);
    } catch (...) {
      x.deadline.store(before, std::memory_order_seq_cst);
      track_deadline(s, as_time(before));
      throw;
    }
  }
}

}  // namespace

void start_deadline(scope& s, clock::time_point when, const time_limit& asked) {
  if (when != clock::time_point::max()) {
    scope_extra& x = extra_of(s);
    x.asked_timeout = asked.length();
    move_deadline(s, x, when);
  }
}

std::string expiry_in_words(scope& s, const scope_extra& x) {
  const std::optional<spread_list::item_count> items = crew_of(s).items_of(s);
  std::string text = "the deadline of the ";
  if (items) {
    text += "batch" + (x.name.empty() ? std::string() : ' ' + quoted(x.name.view()));
    text += " at " + to_string(s.opened_at);
  } else {
    text += in_words(s);
  }
  const std::string timeout = timeout_in_words(x);
  text += " passed" + (timeout.empty() ? std::string() : ' ' + timeout);
  if (items) {
    return text + ": " + items_done(*items);
  }
  return x.at_expiry.empty() ? text : text + ": " + x.at_expiry;
}

void disarm_deadline(scope_extra& x) noexcept {
  if (x.timer.of != nullptr) {
    timekeeper::disarm(x.timer);
  }
}

}  // namespace covey::runtime

namespace covey::detail {

void set_deadline(scope& s, clock::time_point when) {
  runtime::require_open(s, "expire_at()");
  runtime::move_deadline(s, runtime::extra_of(s), when);
}

clock::time_point deadline_of(const scope& s) noexcept {
  return runtime::deadline_above(body_of(const_cast<scope*>(&s)));
}

}  // namespace covey::detail
