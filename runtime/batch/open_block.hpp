// SPDX-License-Identifier: Apache-2.0
// Taking the open block: items that a puller holds while its range keeps it waiting.
#pragma once

#include <covey/detail/batch/spread.hpp>

namespace covey::runtime {

// Whether the thread that pulls holds items and has been inside the range's code for long: by the clock, or since the last
// tick. @pre the lock of `w` is held, as for take_open_block().
[[nodiscard]] bool waits_with_items(detail::spread& w) noexcept;
[[nodiscard]] bool waits_since_last_tick(detail::spread& w) noexcept;
// Takes those items. @returns false: the puller has left the range's code, or the ring has no room for one more block.
[[nodiscard]] bool take_open_block(detail::spread& w, detail::item_range& found) noexcept;

}  // namespace covey::runtime
