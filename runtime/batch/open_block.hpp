// SPDX-License-Identifier: Apache-2.0
// The block that a puller fills while its range keeps it waiting: who may take it, and when.
#pragma once

#include <covey/detail/batch/spread.hpp>

namespace covey::runtime {

// Whether the thread that pulls holds items and has been inside the range's code for long: by the clock, or at two ticks.
// @pre the lock of `w` is held, as for the next.
[[nodiscard]] bool waits_with_items(detail::spread& w) noexcept;
[[nodiscard]] bool waits_since_last_tick(detail::spread& w) noexcept;
// Takes them from it. @returns false: it has just come back, or there is no place for one block more.
[[nodiscard]] bool take_open_block(detail::spread& w, detail::item_range& found) noexcept;

}  // namespace covey::runtime
