// SPDX-License-Identifier: Apache-2.0
// The words for what became of a nursery.
#include <covey/outcome.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace covey {

std::string to_string(const nursery_outcome& outcome) {
  std::string out =
      std::to_string(outcome.spawned) + (outcome.spawned == 1 ? " child" : " children");
  const char* before = ": ";
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count != 0) {
      out += before + std::to_string(count) + what;
      before = ", ";
    }
  };
  add(outcome.done, " done");
  add(outcome.failed, " failed");
  add(outcome.stopped, " stopped");
  add(outcome.never_started, " never started");
  if (outcome.stop.kind != stop_kind::none) {
    out += "; stopped: " + to_string(outcome.stop);
  }
  return out;
}

std::string_view to_string(scope_state state) noexcept {
  switch (state) {
    case scope_state::open:
      return "open";
    case scope_state::done:
      return "done";
    case scope_state::failed:
      return "failed";
    case scope_state::stopped:
      return "stopped";
    case scope_state::timed_out:
      return "timed out";
  }
  return "unknown";
}

}  // namespace covey
