// SPDX-License-Identifier: Apache-2.0
// Writes the task path of a crashing thread from inside the signal handler.
#pragma once

#include "platform/signal_text.hpp"

namespace covey::runtime {

// Writes the contexts of the calling thread: child, nursery, … up to the root. Async-signal-safe.
void write_task_path(signal_text& out) noexcept;

}  // namespace covey::runtime
