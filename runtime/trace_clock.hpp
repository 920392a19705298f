// SPDX-License-Identifier: Apache-2.0
// Ticks as nanoseconds, without a guess at how fast the ticks run: each span of time is measured by its two ends.
#pragma once

#include "tracking_records.hpp"

#include <chrono>
#include <cstdint>

namespace covey::runtime {

// The same moment by both clocks.
struct trace_anchor {
  std::uint64_t ticks = 0;
  std::uint64_t ns = 0;

  // The two clocks are read one after the other: a thread that was interrupted between them reads again.
  [[nodiscard]] static trace_anchor now() noexcept {
    constexpr std::uint64_t close = 1000;  // ns
    trace_anchor best;
    std::uint64_t least = ~std::uint64_t{0};
    for (int i = 0; i < 20 && least > close; ++i) {
      const std::uint64_t before = steady();
      const std::uint64_t read = runtime::ticks();
      const std::uint64_t after = steady();
      if (after - before < least) {
        least = after - before;
        best = {read, before + least / 2};
      }
    }
    return best;
  }

 private:
  [[nodiscard]] static std::uint64_t steady() noexcept {
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
};

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
