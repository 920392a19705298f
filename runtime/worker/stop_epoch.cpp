// SPDX-License-Identifier: Apache-2.0
// The counters of stops.
#include "worker/stop_epoch.hpp"

#include "worker/roster.hpp"

namespace covey::runtime {

constinit std::atomic<std::uint64_t> active_stops{0};
constinit std::atomic<std::uint64_t> stop_epoch{0};

void announce_stop() noexcept {
  stop_epoch.fetch_add(1, std::memory_order_seq_cst);
  roster::ask_everybody();
}

}  // namespace covey::runtime
