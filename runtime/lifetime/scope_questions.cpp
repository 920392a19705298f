// SPDX-License-Identifier: Apache-2.0
// Queries of nurseries: counts, outcome, name, stop.
#include "outcome/stop.hpp"
#include "outcome/stop_states.hpp"
#include "run/reports.hpp"
#include "scope/context.hpp"
#include "scope/liveness.hpp"
#include "scope/migration.hpp"

#include <covey/detail/compiled/scope_questions.hpp>

#include <atomic>
#include <cstdint>

namespace covey::detail {

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
  runtime::inherit_stops(body_of(const_cast<scope*>(&s)));
  return runtime::is_stopped(s);
}

stop_token token_of_scope(scope& s) {
  runtime::require_open(s, "get_stop_token()");
  return detail::stop_access::token_of(runtime::state_of_scope(s));
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

std::size_t count_pending(const scope& s) noexcept {
  if (pending_of(s) != 0) {
    runtime::take_held_reports(const_cast<scope&>(s));
  }
  return pending_of(s);
}

std::size_t pending_of(const scope& s) noexcept {
  // The finished children are read first: a child that finishes between the reads counts as pending.
  const std::uint64_t elsewhere = runtime::count_finished_elsewhere(s);
  const std::uint64_t finished = s.finished.load(std::memory_order_seq_cst);
  const std::uint64_t remote = s.attention.load(std::memory_order_seq_cst) >> 32U;
  return static_cast<std::size_t>(s.spawned.load(std::memory_order_seq_cst) - finished - elsewhere +
                                  remote);
}

}  // namespace covey::detail
