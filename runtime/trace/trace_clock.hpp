// SPDX-License-Identifier: Apache-2.0
// Ticks as nanoseconds, without a guess at how fast the ticks run: each span of time is measured by its two ends.
#pragma once

#include "observe/tracking_entries.hpp"

#include <cstdint>

namespace covey::runtime {

// Maps the ticks between two anchors, and a little before the first one, without steps where two spans meet.
class trace_span {
 public:
  trace_span(trace_anchor from, trace_anchor to) noexcept
      : from_(from),
        rate_(to.ticks > from.ticks ? static_cast<double>(to.ns - from.ns) /
                                          static_cast<double>(to.ticks - from.ticks)
                                    : 1.0) {}

  [[nodiscard]] std::uint64_t ns(std::uint64_t ticks) const noexcept {
    if (ticks >= from_.ticks) {
      return from_.ns +
             static_cast<std::uint64_t>(static_cast<double>(ticks - from_.ticks) * rate_);
    }
    return from_.ns - static_cast<std::uint64_t>(static_cast<double>(from_.ticks - ticks) * rate_);
  }

 private:
  trace_anchor from_;
  double rate_;
};

}  // namespace covey::runtime
