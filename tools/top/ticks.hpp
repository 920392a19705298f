// SPDX-License-Identifier: Apache-2.0
// What time it is for the records: their own ticks, and nanoseconds of the steady clock.
#pragma once

#include "tracking/tracking_image.hpp"
#include "worker/tracking_map.hpp"

#include <cstdint>

namespace top {

/// Two readings of both clocks.
struct clock_readings {
  std::uint64_t first_ticks = 0;
  std::uint64_t first_ns = 0;
  std::uint64_t last_ticks = 0;
  std::uint64_t last_ns = 0;
};

/// @returns the ticks at `now_ns`, as the two readings say, without reading a clock; `last_ticks` if they say nothing.
[[nodiscard]] std::uint64_t ticks_at(const clock_readings& known, std::uint64_t now_ns) noexcept;

/// Sets the clock of the image to the present.
void set_clock(covey::runtime::tracking_image& image,
               const covey::runtime::tick_clock& clock) noexcept;

/// Sets the clock of an image of memory that stands still to the latest moment that is known of it: the last reading, or
/// something that was recorded after it. Where the clock was read only once, the processor here says how long a tick is.
void set_stopped_clock(covey::runtime::tracking_image& image,
                       const covey::runtime::tick_clock& clock) noexcept;

}  // namespace top
