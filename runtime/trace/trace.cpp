// SPDX-License-Identifier: Apache-2.0
// Begins and ends the trace of this process.
#include "observe/trace_events.hpp"
#include "platform/pinning.hpp"
#include "trace/trace_session.hpp"
#include "tracking/tracking_level.hpp"

#include <covey/trace.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <utility>

namespace covey {

namespace {

using runtime::trace_session;

// The trace of this process.
struct trace_control {
  std::mutex lock;  // guards the rest
  std::unique_ptr<trace_session> session;
  tracking_level level_before = tracking_level::off;
};

// In static storage, and never destroyed: its thread may run until the process has gone.
alignas(trace_control) constinit std::byte room[sizeof(trace_control)]{};

[[nodiscard]] trace_control& control() noexcept {
  static trace_control& only = *::new (static_cast<void*>(room)) trace_control;
  return only;
}

// A forked child begins anew: the lock may be held, and the file written, by threads that do not exist there. What the
// trace of its parent holds is not touched.
void forget_in_forked_child() noexcept {
  static_cast<void>(control());
  ::new (static_cast<void*>(room)) trace_control;
}

[[maybe_unused]] const int registered = ::pthread_atfork(nullptr, nullptr, forget_in_forked_child);

}  // namespace

trace_error::~trace_error() = default;

void start_trace(const std::string& path, const trace_options& options) {
  trace_control& present = control();
  const std::scoped_lock guard(present.lock);
  if (present.session != nullptr) {
    throw trace_error("covey: a trace is being written already; stop_trace() ends it");
  }
  runtime::stay_loaded();
  present.session = std::make_unique<trace_session>(path, options);
  present.level_before = runtime::present_tracking_level();
  try {
    runtime::set_tracking_level(tracking_level::full);
  } catch (...) {
    present.session.reset();
    throw;
  }
}

trace_result stop_trace() {
  trace_control& present = control();
  const std::scoped_lock guard(present.lock);
  if (present.session == nullptr) {
    return {};
  }
  const std::unique_ptr<trace_session> ended = std::move(present.session);
  runtime::set_tracking_level(present.level_before);
  return ended->stop();
}

bool trace_active() noexcept {
  return runtime::is_tracing();
}

}  // namespace covey
