// SPDX-License-Identifier: Apache-2.0
// Writes the tracker's entries of a crashing process from inside the signal handler.
#pragma once

#include "platform/signal_text.hpp"

namespace covey::runtime {

// Writes all live nurseries and children from the tracker's records, if it tracks them. Async-signal-safe.
void write_live_tasks(signal_text& out) noexcept;

}  // namespace covey::runtime
