// SPDX-License-Identifier: Apache-2.0
// Where failures go that nobody can receive any more.
#pragma once

#include <covey/composite_exception.hpp>
#include <covey/config.hpp>

#include <functional>

namespace covey {

/// What is called with failures that nobody can receive: of a nursery_box, or of a nursery that ends while another
/// exception unwinds its scope.
using failure_handler = std::function<void(const composite_exception&)>;

/// Sets the process-wide handler of failures that nobody can receive. An empty one restores the default: one readable
/// block on stderr, in one write.
///
/// The handler may be called by any thread, by several at once, and never under a lock of the library; it may set
/// another handler. When it throws, and for what fails unhandled inside it on the same thread, the default block is
/// written. A call that is under way goes on with the old handler.
/// @returns the previous handler; empty if that was the default.
/// @throws std::bad_alloc, or what copying a handler throws; then nothing has changed.
/// Thread safety: may be called from any thread at any time, also while the process exits.
COVEY_API failure_handler set_unhandled_failure_handler(failure_handler handler);

namespace detail {

/// Gives failures that nobody can receive to the handler.
COVEY_API void report_unhandled(const composite_exception& failures) noexcept;

}  // namespace detail
}  // namespace covey
