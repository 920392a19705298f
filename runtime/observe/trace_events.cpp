// SPDX-License-Identifier: Apache-2.0
// Pushes events into rings; starts the trace that the environment variable asks for.
#include "observe/trace_events.hpp"

#include "observe/trace_ring.hpp"

#include <covey/trace.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <unistd.h>

namespace covey::runtime {

constinit std::atomic<bool> tracing{false};

namespace {

[[nodiscard]] trace_ring* ring_of(record& me) noexcept {
  trace_ring* const ring = me.trace;
  return ring != nullptr && ring->session == trace_rings::session() ? ring
                                                                    : trace_rings::attach(me);
}

// The file that the environment names; %p is the number of the process.
[[nodiscard]] std::string file_of_environment() {
  const char* const given = ::secure_getenv("COVEY_TRACE");
  std::string path = given != nullptr ? given : "";
  if (const std::size_t at = path.find("%p"); at != std::string::npos) {
    path.replace(at, 2, std::to_string(::getpid()));
  }
  return path;
}

void complain(const std::exception& error) noexcept {
  std::fprintf(stderr, "%s\n", error.what());
}

void end_at_exit() noexcept {
  try {
    stop_trace();
  } catch (const std::exception& error) {
    complain(error);
  }
}

// In this file, so that it is linked wherever the engine is. Runs before main(), and before the program registers handlers
// at exit, so that the trace ends after them.
[[maybe_unused]] const bool begun_by_environment = [] {
  try {
    if (const std::string path = file_of_environment(); !path.empty()) {
      start_trace(path);
      std::atexit(end_at_exit);
    }
    return true;
  } catch (const std::exception& error) {
    complain(error);
    return false;
  }
}();

}  // namespace

void trace(record* me, const trace_event& what) noexcept {
  if (me == nullptr) {
    trace_rings::push_outside(what);
    return;
  }
  trace_ring* const ring = ring_of(*me);
  if (ring != nullptr && ring->push(what) && ring->half_full()) {
    trace_rings::wake();
  }
}

void trace_name(record* me, std::uint64_t id, const label& name) noexcept {
  if (me == nullptr) {
    trace_rings::name_outside({id, name});
  } else if (trace_ring* const ring = ring_of(*me); ring != nullptr) {
    ring->push_name({id, name});
  }
}

}  // namespace covey::runtime
