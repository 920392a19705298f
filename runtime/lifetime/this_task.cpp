// SPDX-License-Identifier: Apache-2.0
// this_task: queries and waits of the running child.
#include "base/futex.hpp"
#include "observe/trace_hooks.hpp"
#include "observe/tracked_states.hpp"
#include "outcome/stop.hpp"
#include "outcome/stop_states.hpp"
#include "pool/crew.hpp"
#include "pool/permits.hpp"
#include "scope/context.hpp"
#include "scope/liveness.hpp"
#include "time/clock.hpp"
#include "wait/waiting.hpp"

#include <covey/detail/compiled/deadline.hpp>
#include <covey/detail/task/child.hpp>
#include <covey/error.hpp>
#include <covey/stop_token.hpp>
#include <covey/this_task.hpp>

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
  runtime::inherit_new_stops(*me);
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
    const runtime::permits_lent lent;
    const runtime::tracked_pause here(me, runtime::life::blocking);
    while (woken.load(std::memory_order_acquire) == 0 && runtime::now() < when) {
      runtime::park_until(woken, 0, when);
    }
  }
  if (woken.load(std::memory_order_acquire) != 0) {
    if (detail::scope* const in = runtime::innermost(here())) {
      runtime::inherit_stops_and_shutdown(*in);
    }
    runtime::inherit_stops(here());
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

covey::stop_token get_stop_token() {
  const detail::context c = runtime::skip_joined(here());
  if (c == detail::outside()) {
    return covey::stop_token();
  }
  if (runtime::is_task(c)) {
    return detail::stop_access::token_of(runtime::state_of_child(runtime::task_of(c)));
  }
  return detail::stop_access::token_of(runtime::state_of_scope(runtime::scope_of(c)));
}

}  // namespace this_task

namespace detail {

bool lend_this_permit() noexcept {
  record* const me = runtime::this_record();
  if (me == nullptr || detail::this_context() == outside()) {
    return false;
  }
  runtime::lend_permits();
  runtime::track_pause(*me, runtime::life::blocking);
  return true;
}

void take_this_permit_back() noexcept {
  record& me = *runtime::this_record();
  runtime::track_pause(me, runtime::life::running);
  runtime::take_permits_back();
}

}  // namespace detail

}  // namespace covey
