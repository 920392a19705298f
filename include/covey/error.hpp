// SPDX-License-Identifier: Apache-2.0
// The exceptions that covey itself throws; composite_exception has a header of its own.
#pragma once

#include <covey/config.hpp>
#include <covey/task_info.hpp>

#include <stdexcept>
#include <string>
#include <system_error>

namespace covey {

/// A rule of structure was broken: a child waits for its own nursery, a spawn after the close, an end out of order.
/// The message names the sites that are involved.
class COVEY_API structure_error : public std::logic_error {
 public:
  using std::logic_error::logic_error;
  structure_error(const structure_error&) noexcept = default;
  structure_error& operator=(const structure_error&) noexcept = default;
  ~structure_error() override;
};

/// The pool cannot serve: threads were refused, it was shut down, or the process was forked.
class COVEY_API pool_error : public std::runtime_error {
 public:
  explicit pool_error(const std::string& message, std::error_code code = {})
      : std::runtime_error(message),
        code_(code) {}
  pool_error(const pool_error&) noexcept = default;
  pool_error& operator=(const pool_error&) noexcept = default;
  ~pool_error() override;
  /// @returns the system's code (EAGAIN when threads were refused), or zero.
  [[nodiscard]] const std::error_code& code() const noexcept { return code_; }

 private:
  std::error_code code_;
};

/// A nursery's deadline passed before its children had finished. Never a kind of `cancelled`.
class COVEY_API timeout_error : public std::runtime_error {
 public:
  timeout_error(const std::string& message, const stop_reason& why)
      : std::runtime_error(message),
        why_(why) {}
  timeout_error(const timeout_error&) noexcept = default;
  timeout_error& operator=(const timeout_error&) noexcept = default;
  ~timeout_error() override;
  [[nodiscard]] const stop_reason& why() const noexcept { return why_; }

 private:
  stop_reason why_;
};

/// A stop reached this code. Thrown by this_task::checkpoint(), by waits of a stopped child, and by get() on a child
/// that was stopped or never started. Deliberately not a std::exception, so that `catch (const std::exception&)`
/// cannot swallow a stop.
class COVEY_API cancelled {
 public:
  explicit cancelled(const stop_reason& why) noexcept : why_(why) {}
  cancelled(const cancelled&) noexcept = default;
  cancelled& operator=(const cancelled&) noexcept = default;
  virtual ~cancelled();
  [[nodiscard]] const stop_reason& why() const noexcept { return why_; }
  /// @returns a readable line with the cause.
  [[nodiscard]] std::string message() const;

 private:
  stop_reason why_;
};

}  // namespace covey
