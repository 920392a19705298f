// SPDX-License-Identifier: Apache-2.0
// What a running child asks about itself; the cold face of nurseries.
#include "clock.hpp"
#include "context.hpp"
#include "crew.hpp"
#include "failures.hpp"
#include "futex.hpp"
#include "liveness.hpp"
#include "stop.hpp"
#include "trace_hooks.hpp"
#include "tracker.hpp"
#include "waiting.hpp"

#include <covey/detail/child.hpp>
#include <covey/error.hpp>
#include <covey/outcome.hpp>
#include <covey/stop_token.hpp>
#include <covey/this_task.hpp>
#include <covey/tracking.hpp>

#include <atomic>
#include <mutex>

namespace covey {

namespace {

using runtime::record;

[[nodiscard]] detail::context here() noexcept {
  return detail::this_context();
}

[[nodiscard]] bool stopped_here() noexcept {
  record* const me = runtime::this_record();
  if (me == nullptr) {
    return false;
  }
  runtime::pull_if_new(*me);
  runtime::track_check(*me);
  return runtime::is_stopped(*detail::base_of(runtime::skip_joined(here())));
}

[[noreturn]] void throw_cancelled() {
  if (record* const me = runtime::this_record()) {
    runtime::trace_stop_seen(*me);
  }
  throw cancelled(runtime::why_stopped(here()));
}

}  // namespace

namespace this_task {

bool stop_requested() noexcept {
  return stopped_here();
}

void checkpoint() {
  if (stopped_here()) {
    throw_cancelled();
  }
}

void sleep_for(time_limit length) {
  sleep_until(length.after(runtime::now()));
}

void sleep_until(clock::time_point when) {
  checkpoint();
  std::atomic<std::uint32_t> woken{0};
  if (here() == detail::outside()) {
    while (runtime::now() < when) {
      runtime::park_until(woken, 0, when);
    }
    return;
  }
  const covey::stop_token token = get_stop_token();
  const stop_callback wake(token, [&woken] {
    woken.store(1, std::memory_order_release);
    runtime::wake(woken, runtime::everyone);
  });
  record& me = *runtime::this_record();
  if (woken.load(std::memory_order_acquire) == 0 && runtime::now() < when) {
    const runtime::places_lent lent;
    const runtime::tracked_pause here(me, runtime::life::blocking);
    while (woken.load(std::memory_order_acquire) == 0 && runtime::now() < when) {
      runtime::park_until(woken, 0, when);
    }
  }
  if (woken.load(std::memory_order_acquire) != 0) {
    if (detail::scope* const in = runtime::innermost(here())) {
      runtime::pull_shutdown_too(*in);
    }
    runtime::pull_into(here());
    throw_cancelled();
  }
}

std::optional<clock::duration> remaining() noexcept {
  detail::scope* const in = runtime::innermost(here());
  const clock::time_point until =
      in != nullptr ? detail::deadline_of(*in) : clock::time_point::max();
  if (until == clock::time_point::max()) {
    return std::nullopt;
  }
  return until - runtime::now();
}

label name() noexcept {
  for (detail::context c = here(); c != detail::outside();) {
    if (runtime::is_task(c)) {
      return runtime::name_of_child(runtime::task_of(c).task);
    }
    if ((c & detail::context_tag) == detail::in_child) {
      return {};
    }
    c = runtime::scope_of(c).outer;
  }
  return {};
}

void set_progress(std::uint64_t done, std::uint64_t total) noexcept {
  if (const record* const me = runtime::this_record()) {
    runtime::track_progress(*me, done, total);
  }
}

covey::stop_token get_stop_token() {
  return detail::token_of_current_task();
}

}  // namespace this_task

namespace detail {

stop_token token_of_current_task() {
  const context c = runtime::skip_joined(here());
  if (c == outside()) {
    return stop_token();
  }
  if (runtime::is_task(c)) {
    return stop_token(runtime::state_of_child(runtime::task_of(c)));
  }
  return stop_token(runtime::state_of_scope(runtime::scope_of(c)));
}

bool lend_this_place() noexcept {
  record* const me = runtime::this_record();
  if (me == nullptr || detail::this_context() == outside()) {
    return false;
  }
  runtime::lend_places();
  runtime::track_pause(*me, runtime::life::blocking);
  return true;
}

void take_this_place_back() noexcept {
  record& me = *runtime::this_record();
  runtime::track_pause(me, runtime::life::running);
  runtime::take_places_back();
}

void stop_scope(scope& s, std::string_view text, const site& where) {
  runtime::require_open(s, "stop()", &where);
  stop_reason why;
  why.kind = stop_kind::explicit_stop;
  why.scope = name_of(s);
  why.site = where;
  why.text = label(text);
  runtime::request_stop(s, why);
}

bool scope_stopped(const scope& s) noexcept {
  runtime::pull_into(body_of(const_cast<scope*>(&s)));
  return runtime::is_stopped(s);
}

stop_token token_of_scope(scope& s) {
  runtime::require_open(s, "get_stop_token()");
  return stop_token(runtime::state_of_scope(s));
}

label name_of(const scope& s) noexcept {
  const scope_extra* const x = runtime::extra_if_any(s);
  return x != nullptr ? x->name : label();
}

nursery_outcome outcome_of(const scope& s) {
  nursery_outcome out;
  out.spawned = s.spawned.load(std::memory_order_acquire);
  const bool stopped =
      (s.attention.load(std::memory_order_seq_cst) & attention::unstopped) == 0 && scope_stopped(s);
  if (stopped) {
    out.stop = runtime::cause_of(s);
  }
  if (scope_extra* const x = runtime::extra_if_any(s)) {
    out.spawned += x->remote_spawned.load(std::memory_order_relaxed) +
                   x->refused.load(std::memory_order_relaxed);
    out.failed = x->failed.load(std::memory_order_relaxed);
    out.stopped = x->stopped.load(std::memory_order_relaxed);
    out.never_started = x->never_started.load(std::memory_order_relaxed);
  }
  const std::uint64_t out_of_luck = out.failed + out.stopped + out.never_started + count_pending(s);
  out.done = out.spawned > out_of_luck ? out.spawned - out_of_luck : 0;
  if ((s.attention.load(std::memory_order_acquire) & attention::closed) == 0) {
    out.state = scope_state::open;
  } else if (out.failed != 0) {
    out.state = scope_state::failed;
  } else if (out.stop.kind == stop_kind::deadline) {
    out.state = scope_state::timed_out;
  } else {
    out.state = stopped ? scope_state::stopped : scope_state::done;
  }
  return out;
}

}  // namespace detail

std::string to_string(const nursery_outcome& outcome) {
  std::string out =
      std::to_string(outcome.spawned) + (outcome.spawned == 1 ? " child" : " children");
  const char* before = ": ";
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count != 0) {
      out += before + std::to_string(count) + what;
      before = ", ";
    }
  };
  add(outcome.done, " done");
  add(outcome.failed, " failed");
  add(outcome.stopped, " stopped");
  add(outcome.never_started, " never started");
  if (outcome.stop.kind != stop_kind::none) {
    out += "; stopped: " + to_string(outcome.stop);
  }
  return out;
}

std::string_view to_string(scope_state state) noexcept {
  switch (state) {
    case scope_state::open:
      return "open";
    case scope_state::done:
      return "done";
    case scope_state::failed:
      return "failed";
    case scope_state::stopped:
      return "stopped";
    case scope_state::timed_out:
      return "timed out";
  }
  return "unknown";
}

}  // namespace covey
