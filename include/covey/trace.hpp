// SPDX-License-Identifier: Apache-2.0
// The trace: what every worker did when, written to a file that trace viewers and covey-trace read.
#pragma once

#include <covey/config.hpp>
#include <covey/policy.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>

namespace covey {

/// A trace could not be begun or written. Nothing else is touched by it: the children's results are where they were.
class COVEY_API trace_error : public std::runtime_error {
 public:
  explicit trace_error(const std::string& message, std::error_code code = {})
      : std::runtime_error(message),
        code_(code) {}
  trace_error(const trace_error&) noexcept = default;
  trace_error& operator=(const trace_error&) noexcept = default;
  ~trace_error() override;
  /// @returns the system's code (ENOSPC when the disk is full), or zero.
  [[nodiscard]] const std::error_code& code() const noexcept { return code_; }

 private:
  std::error_code code_;
};

/// How a trace is written.
struct trace_options {
  /// Events that each worker can hold until they are written, 4 … 2^24, rounded up to a power of two; 32 bytes each.
  /// The memory is kept for the next trace.
  amount ring_events = 1 << 16;
  /// How often the events go to the file, 1 ms … 1 h. A ring that is half full is emptied at once.
  std::chrono::nanoseconds flush = std::chrono::milliseconds(50);
};

/// What a trace that has ended holds.
struct trace_result {
  std::uint64_t events = 0;  ///< taken from the workers and told in the file
  std::uint64_t lost = 0;    ///< that found the ring of their worker full; the file says where
};

/// Begins to write a trace in the trace event format of Chrome (JSON: Perfetto, chrome://tracing, Speedscope), and sets
/// the tracking level to full. After every flush the file is valid JSON; only a
/// process that is killed in the middle of a write leaves one without its end, which `covey-trace --repair` mends. A thread of its own writes it; workers never
/// wait for the disk, and lose events rather than memory.
/// The environment variable COVEY_TRACE=FILE traces from the start of the process to its exit; %p in the name is
/// replaced by the number of the process. A failure is then one line on standard error, and the program goes on.
/// Only a regular file is written, in both cases: what it held is lost, but a FIFO or a device is refused without waiting
/// for it, and so is a symbolic link as the last part of the path (links among the folders are followed).
/// A forked child writes no trace, unless it begins one of its own.
/// @throws trace_error if a trace is being written already, or the file cannot be written or is not a regular one; std::invalid_argument for
///         options out of range; std::bad_alloc.
/// Thread safety: any thread.
COVEY_API void start_trace(const std::string& path, const trace_options& options = {});

/// Writes what there is, ends the trace, and puts the tracking level back to what it was. What still runs is cut off here.
/// Does nothing when no trace is being written; that of a parent process is not a forked child's.
/// @throws trace_error if the file could not be written, now or earlier; the trace has ended all the same.
/// Thread safety: any thread.
COVEY_API trace_result stop_trace();

/// @returns whether events are taken: false also after a failure to write, which stop_trace() tells.
[[nodiscard]] COVEY_API bool trace_active() noexcept;

}  // namespace covey
