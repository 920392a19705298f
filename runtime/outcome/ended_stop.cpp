// SPDX-License-Identifier: Apache-2.0
// The ended stop of a thread: stored, moved outwards, compared.
#include "outcome/ended_stop.hpp"

#include "outcome/stop.hpp"

#include <covey/error.hpp>

#include <mutex>
#include <string>

namespace covey::runtime {

namespace {

struct ended_stop {
  context in = 0;  // where the nursery was opened; 0: none is stored
  stop_reason why;
  bool timed_out = false;  // a deadline that is a failure
};

// Of the last nursery that ended in this way on the calling thread.
ended_stop& of_this_thread() noexcept {
  static constinit thread_local ended_stop last;
  return last;
}

// Whether the scope has an own stop (not one from above). @param stored set to it
[[nodiscard]] bool has_own_stop(scope& s, ended_stop& stored) noexcept {
  scope_extra* const x = extra_if_any(s);
  if (x == nullptr) {
    return false;
  }
  const std::scoped_lock guard(x->lock);
  if (x->why.kind != stop_kind::explicit_stop && x->why.kind != stop_kind::deadline) {
    return false;
  }
  stored.in = s.outer;
  stored.why = x->why;
  stored.timed_out = x->why.kind == stop_kind::deadline && x->on_timeout == covey::on_timeout::fail;
  return true;
}

}  // namespace

leaving_by_exception::leaving_by_exception() noexcept
    : before_(of_this_thread().in),
      why_(of_this_thread().why),
      timed_out_(of_this_thread().timed_out) {
}

void leaving_by_exception::end(scope& s) noexcept {
  ended_stop& stored = of_this_thread();
  stored = {before_, why_, timed_out_};
  if (stored.in == detail::body_of(&s)) {
    stored.in = s.outer;
  } else {
    static_cast<void>(has_own_stop(s, stored));
  }
}

bool same_cause(const stop_reason& a, const stop_reason& b) noexcept {
  return a.scope.view() == b.scope.view() && a.task.view() == b.task.view() &&
         a.text.view() == b.text.view() && a.site.line() == b.site.line() &&
         std::string_view(a.site.file()) == std::string_view(b.site.file());
}

absorbed ended_in_here(stop_reason& why) noexcept {
  const ended_stop& stored = of_this_thread();
  if (stored.in == 0 || stored.in != detail::this_context()) {
    return absorbed::no;
  }
  try {
    throw;
  } catch (const cancelled& c) {
    if (!same_cause(c.why(), stored.why)) {
      return absorbed::no;
    }
    why = stored.why;
    return stored.timed_out ? absorbed::deadline : absorbed::stop;
  } catch (...) {
    return absorbed::no;
  }
}

std::exception_ptr timeout_of(const stop_reason& why) noexcept {
  try {
    return std::make_exception_ptr(timeout_error("covey: " + to_string(why), why));
  } catch (...) {
    return std::current_exception();  // no memory for the message
  }
}

}  // namespace covey::runtime
