// SPDX-License-Identifier: Apache-2.0
// Opt-in: when the process crashes, stderr says in which task.
#pragma once

#include <covey/config.hpp>

namespace covey {

/// From now on SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT (hence also std::terminate and failed assertions) first write
/// to stderr which signal came, and the task path of the thread that it came to: every child and nursery from the
/// innermost to the root, with name, site and state. At tracking_level::full all live nurseries and children follow.
/// Then the signal takes the course that it would have taken without this: the process dies by it, with its core dump,
/// or the handler that was there before is called.
///
/// Only async-signal-safe calls are made, no memory is taken, and no memory is read that may not be there: a smashed
/// stack ends the path early. Stack overflow is reported, too: threads that run covey's children get a signal stack of
/// their own, unless they have one, when they next begin or resume to look for work; so does the calling thread.
/// Install it early, and after runtimes that handle such signals for purposes of their own. There is no way back.
/// A second call does nothing. @throws std::system_error when the system refuses. Thread safety: any thread.
COVEY_API void install_crash_handler();

}  // namespace covey
