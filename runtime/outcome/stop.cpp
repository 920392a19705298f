// SPDX-License-Identifier: Apache-2.0
// Requests stops, and hands them down to contexts.
#include "outcome/stop.hpp"

#include "observe/tracked_states.hpp"
#include "observe/tracker.hpp"
#include "outcome/failures.hpp"
#include "pool/crew.hpp"
#include "worker/lot.hpp"
#include "worker/stop_epoch.hpp"

#include <covey/detail/stop/stop_state.hpp>

#include <mutex>
#include <unordered_map>
#include <vector>

namespace covey::runtime {

using detail::stop_state;
namespace flag = detail::frame_flag;

namespace {

// Whether a stop comes from this very context, or from above it.
[[nodiscard]] bool stopped_here(context c) noexcept {
  if (is_joined(c)) {
    return false;
  }
  if (is_task(c) && (task_of(c).task->flags.load(std::memory_order_acquire) & flag::stop) != 0) {
    return true;
  }
  return is_stopped(*detail::base_of(c));
}

// The pool is shut down: the outermost scope at or above `c` that belongs to it stops, and all below.
void stop_outermost(context c, const crew& of) noexcept {
  scope* outermost = nullptr;
  for (context at = c; at != detail::outside(); at = up(at)) {
    if (!is_task(at) && &crew_of(scope_of(at)) == &of) {
      outermost = &scope_of(at);
    }
  }
  if (outermost != nullptr) {
    request_stop(*outermost, of.shutdown_reason());
  }
}

}  // namespace

bool request_stop(scope& s, const stop_reason& why, bool alone) noexcept {
  if ((s.attention.load(std::memory_order_seq_cst) & detail::attention::unstopped) != 0) {
    return false;  // joined already
  }
  // An earlier stop from above is the first cause, also if nobody has looked for it here yet.
  inherit_stops(detail::body_of(&s));
  scope_extra& x = extra_of(s);
  const bool quiet = alone && x.state.load(std::memory_order_seq_cst) == nullptr;
  {
    const std::scoped_lock guard(x.lock);
    if (x.why.kind != stop_kind::none || x.concluded || is_stopped(s)) {
      return false;
    }
    x.why = why;
    track_stop(s, why);
    x.counted_stop = !quiet;
  }
  if (quiet) {
    s.attention.fetch_or(detail::attention::stopped | detail::attention::extra,
                         std::memory_order_seq_cst);
    return true;
  }
  active_stops.fetch_add(1, std::memory_order_seq_cst);
  s.attention.fetch_or(detail::attention::stopped | detail::attention::extra,
                       std::memory_order_seq_cst);
  announce_stop();
  detail::heavy_barrier();  // pairs with begins_too_late()
  if (stop_state* const state = x.state.load(std::memory_order_seq_cst)) {
    state->request(why);
  }
  lot::wake(&s);  // threads that wait at the limit
  return true;
}

void inherit_stops(context c) noexcept {
  if (active_stops.load(std::memory_order_seq_cst) == 0) {
    return;
  }
  context highest = 0;
  for (context at = c; at != detail::outside(); at = up(at)) {
    if (stopped_here(at)) {
      highest = at;
    }
  }
  if (highest == 0) {
    return;
  }
  // Joined scopes on the way are marked, too: nurseries that are opened in their blocks read the inherited bits there.
  for (context at = c; at != detail::outside(); at = up(at)) {
    if (!is_stopped(*detail::base_of(at))) {
      detail::base_of(at)->attention.fetch_or(detail::attention::stopped,
                                              std::memory_order_seq_cst);
    }
    if (at == highest) {
      return;
    }
  }
}

void inherit_stops_and_shutdown(scope& s) noexcept {
  if (const crew& of = crew_of(s); of.closed()) {
    stop_outermost(detail::body_of(&s), of);
  }
  inherit_stops(detail::body_of(&s));
}

void inherit_new_stops(record& me) noexcept {
  const std::uint64_t now = stop_epoch.load(std::memory_order_seq_cst);
  if (me.stop_epoch != now) {
    me.stop_epoch = now;
    catch_up();
    if (me.of->closed()) {
      stop_outermost(detail::this_context(), *me.of);
    }
    inherit_stops(detail::this_context());
  }
}

stop_reason own_stop_of(const frame* f) noexcept {
  stop_reason why;
  why.kind = stop_kind::explicit_stop;
  why.task = name_of_child(f);
  why.site = f->spawned_at;
  why.text = label("request_stop");
  return why;
}

stop_reason own_cause(context c) noexcept {
  if (is_task(c)) {
    const frame* const f = task_of(c).task;
    const bool asked = (f->flags.load(std::memory_order_acquire) & flag::stop) != 0;
    return asked ? own_stop_of(f) : stop_reason{};
  }
  if (scope_extra* const x = extra_if_any(scope_of(c))) {
    const std::scoped_lock guard(x->lock);
    return x->why;
  }
  return {};
}

stop_reason why_stopped(context c) noexcept {
  c = skip_joined(c);
  const scope* const nearest = innermost(c);
  for (context at = c; at != detail::outside(); at = up(at)) {
    stop_reason why = is_joined(at) ? stop_reason{} : own_cause(at);
    if (why.kind != stop_kind::none) {
      // The stop of one child is a stop of the parent for every scope opened in that child.
      const bool own = is_task(at) ? at == c : &scope_of(at) == nearest;
      if (!own) {
        why.kind = stop_kind::parent;
      }
      return why;
    }
  }
  stop_reason gone;
  gone.kind = stop_kind::parent;
  return gone;
}

stop_reason cause_of(const scope& s) noexcept {
  const context body = detail::body_of(const_cast<scope*>(&s));
  return is_joined(body) ? own_cause(body) : why_stopped(body);
}

void retire_stop(scope& s) noexcept {
  scope_extra* const x = extra_if_any(s);
  if (x == nullptr) {
    return;
  }
  if (stop_state* const state = x->state.exchange(nullptr, std::memory_order_acq_rel)) {
    state->detach();
    state->release();
  }
  if (x->counted_stop) {
    active_stops.fetch_sub(1, std::memory_order_seq_cst);
    x->counted_stop = false;
  }
  if (x->cause != nullptr) {
    x->cause->open.store(nullptr, std::memory_order_seq_cst);
    x->cause->release();
    x->cause = nullptr;
  }
}

}  // namespace covey::runtime
