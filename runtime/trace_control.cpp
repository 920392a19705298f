// SPDX-License-Identifier: Apache-2.0
// Begins and ends the trace of this process.
#include "fork.hpp"
#include "pinning.hpp"
#include "trace_session.hpp"

#include <covey/trace.hpp>
#include <covey/tracking.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

namespace covey {

namespace {

using runtime::trace_session;

// The trace of this process. Never destroyed, as its thread may run until the process has gone.
struct trace_control {
  std::mutex
      lock;  // guards the rest; taken by forked children only if they were the first to use it
  std::unique_ptr<trace_session> session;
  tracking_level level_before = tracking_level::off;

  static trace_control& only() noexcept {
    alignas(trace_control) static constinit std::byte room[sizeof(trace_control)]{};
    static trace_control& only = *::new (static_cast<void*>(room)) trace_control;
    return only;
  }
};

// The fork generation of the first use, plus one; 0: unused. In a forked child of a process that has used the trace the
// lock may be held, and the session waited for, by threads that do not exist there.
//   written  once, by the first start_trace().
//   read     by every function here, before the lock is taken.
//   order    relaxed: only the number counts; the lock orders the rest.
constinit std::atomic<std::uint32_t> used_in{0};

[[nodiscard]] bool usable() noexcept {
  return used_in.load(std::memory_order_relaxed) == runtime::fork_generation() + 1;
}

void note_use() noexcept {
  std::uint32_t unused = 0;
  used_in.compare_exchange_strong(
      unused, runtime::fork_generation() + 1, std::memory_order_relaxed, std::memory_order_relaxed);
}

}  // namespace

trace_error::~trace_error() = default;

void start_trace(const std::string& path, const trace_options& options) {
  note_use();
  if (!usable()) {
    throw trace_error(
        "covey: no trace can be begun in a forked child; its parent process has used the trace");
  }
  trace_control& control = trace_control::only();
  const std::scoped_lock guard(control.lock);
  if (control.session != nullptr) {
    throw trace_error("covey: a trace is being written already; stop_trace() ends it");
  }
  runtime::stay_loaded();
  control.session = std::make_unique<trace_session>(path, options);
  control.level_before = tracking();
  try {
    set_tracking(tracking_level::full);
  } catch (...) {
    control.session.reset();
    throw;
  }
}

trace_result stop_trace() {
  if (!usable()) {
    return {};
  }
  trace_control& control = trace_control::only();
  const std::scoped_lock guard(control.lock);
  if (control.session == nullptr) {
    return {};
  }
  const std::unique_ptr<trace_session> ended = std::move(control.session);
  set_tracking(control.level_before);
  return ended->stop();
}

bool trace_active() noexcept {
  return runtime::is_tracing();
}

}  // namespace covey
