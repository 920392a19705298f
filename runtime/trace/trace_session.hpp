// SPDX-License-Identifier: Apache-2.0
// A trace on its way: the thread that takes the events out of the rings and writes the file.
#pragma once

#include "observe/trace_events.hpp"
#include "observe/trace_ring.hpp"
#include "trace/trace_clock.hpp"
#include "trace/trace_file.hpp"
#include "trace/trace_story.hpp"

#include <covey/trace.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <string>
#include <thread>
#include <vector>

namespace covey::runtime {

class trace_session {
 public:
  // Opens the file and the rings, and starts the thread. @throws as start_trace()
  trace_session(const std::string& path, const trace_options& options);
  trace_session(const trace_session&) = delete;
  trace_session& operator=(const trace_session&) = delete;
  // Ends the trace as stop() does; failures are dropped.
  ~trace_session();

  // Writes the rest and ends the thread. @throws trace_error, std::bad_alloc: the first failure there was.
  trace_result stop();

 private:
  struct moment {
    trace_event what;
    std::size_t source = 0;
    std::uint64_t order = 0;  // of the taking
  };

  void run() noexcept;
  void pass(bool last);
  void collect();
  void tell_until(trace_anchor now, bool last);
  void tell_losses(std::uint64_t ns);

  const std::chrono::nanoseconds interval_;
  trace_file file_;
  trace_story story_;
  trace_anchor begin_;
  trace_anchor before_;  // when the pass before this one began
  std::vector<trace_ring*> rings_;
  std::vector<std::uint64_t> lost_;       // by ring: what has been told
  std::vector<std::uint64_t> latest_ns_;  // by ring: when its last event was told to have been
  std::vector<std::uint64_t> latest_;     // by ring: ticks of its last event
  std::vector<moment> waiting_;           // not older than before_
  std::vector<trace_named> names_;
  std::exception_ptr failure_;  // read when the thread has ended
  // Set by stop(), read by the thread: relaxed, the rings order what must be seen by the last pass.
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace covey::runtime
