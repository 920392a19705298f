// SPDX-License-Identifier: Apache-2.0
// Queries of a batch's shares, for workers and for the thread that waits for the batch.
#pragma once

#include <covey/detail/batch/spread.hpp>

#include <cstdint>

namespace covey::runtime {

inline constexpr std::uint64_t worth_stealing = 20'000;  // nanoseconds of work that pay for a theft

// The value of a share: estimated nanoseconds of work that has not begun. The maximum for items of unknown cost.
[[nodiscard]] std::uint64_t value_of(const detail::share& s) noexcept;
// False once the batch was stopped or halted: no further item is begun.
[[nodiscard]] bool may_start(const detail::spread& w) noexcept;
// Whether one more thread could pull items of the batch, and would be useful.
[[nodiscard]] bool can_pull(const detail::spread& w) noexcept;
// Takes a parked range; of pulled ones the lowest, since the sink may wait for it. @pre there is one; the lock of `w` is
// held.
[[nodiscard]] detail::item_range take_parked(detail::spread& w) noexcept;
// Takes a parked range, an empty range when items can be pulled, half of the share with the highest value, or an open
// block.
// @returns false: there is none. @pre the lock of `w` is held.
[[nodiscard]] bool find_range(detail::spread& w, detail::item_range& found) noexcept;

}  // namespace covey::runtime
