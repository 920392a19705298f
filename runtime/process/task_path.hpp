// SPDX-License-Identifier: Apache-2.0
// The tasks of a process that is crashing, written out from inside the signal handler.
#pragma once

#include "platform/signal_text.hpp"

namespace covey::runtime {

// Writes what the calling thread is in: child, nursery, … up to the root. Async-signal-safe.
void write_task_path(signal_text& out) noexcept;

}  // namespace covey::runtime
