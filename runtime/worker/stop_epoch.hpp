// SPDX-License-Identifier: Apache-2.0
// The two process-wide counters that tell a worker whether it has to look for a stop above it.
#pragma once

#include "worker/record.hpp"

#include <atomic>
#include <cstdint>

namespace covey::runtime {

// Scopes and children that were stopped themselves and have not ended. While it is zero nobody walks the tree.
//   written  +1 by the first stop of a scope or child (seq_cst), -1 at its end.
//   read     by every slow path that might have missed a stop.
extern constinit std::atomic<std::uint64_t> active_stops;
// Grows with every stop; a worker compares it with the value at which it last looked for stops.
extern constinit std::atomic<std::uint64_t> stop_epoch;

// By the owner: whether a stop was announced since it last looked for stops.
[[nodiscard]] inline bool has_unseen_stop(const record& me) noexcept {
  return active_stops.load(std::memory_order_seq_cst) != 0 &&
         me.stop_epoch != stop_epoch.load(std::memory_order_seq_cst);
}

// Makes every worker look for stops at its next slow path or question.
void announce_stop() noexcept;

}  // namespace covey::runtime
