// SPDX-License-Identifier: Apache-2.0
// The level of tracking: kept in the map of the tracker, and told to whoever runs.
#include "tracking/tracking_level.hpp"

#include "base/fork.hpp"
#include "observe/trace_events.hpp"
#include "observe/tracking_entries.hpp"
#include "observe/tracking_store.hpp"
#include "worker/stop_epoch.hpp"

#include <covey/detail/task/scope.hpp>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace covey::runtime {

namespace {

constinit std::mutex level_lock;

// From COVEY_TRACKING, before main(). Linked wherever the engine is: a trace that the environment asks for sets the level.
[[maybe_unused]] const bool level_of_environment = [] {
  const char* const given = ::secure_getenv("COVEY_TRACKING");
  if (given == nullptr) {
    return false;
  }
  for (const tracking_level each :
       {tracking_level::off, tracking_level::counters, tracking_level::full}) {
    if (name_of_level(each) == given) {
      if (!is_tracing()) {  // COVEY_TRACE has set the level that it needs
        set_tracking_level(each);
      }
      return true;
    }
  }
  std::fputs("covey: COVEY_TRACKING must be off, counters or full; nothing is tracked\n", stderr);
  return false;
}();

// set_tracking_level() takes the second while it holds the first.
// NOLINTNEXTLINE(cppcoreguidelines-interfaces-global-init): its address is taken, and it is constinit
[[maybe_unused]] const int held_tables_at_forks = hold_at_forks<level_lock, tables_lock>();

}  // namespace

std::string_view name_of_level(tracking_level level) noexcept {
  switch (level) {
    case tracking_level::counters:
      return "counters";
    case tracking_level::full:
      return "full";
    default:
      return "off";
  }
}

void set_tracking_level(tracking_level level) {
  const std::scoped_lock guard(level_lock);
  renew_clock();
  covey_tracking_map.level.store(static_cast<std::uint32_t>(level), std::memory_order_seq_cst);
  auto& outermost = detail::no_context.attention;
  if (level == tracking_level::full) {
    outermost.fetch_or(detail::attention::tracked, std::memory_order_seq_cst);
    announce_stop();  // nothing stops; but everybody looks
  } else {
    outermost.fetch_and(~detail::attention::tracked, std::memory_order_seq_cst);
  }
}

tracking_level present_tracking_level() noexcept {
  return static_cast<tracking_level>(covey_tracking_map.level.load(std::memory_order_relaxed));
}

}  // namespace covey::runtime
