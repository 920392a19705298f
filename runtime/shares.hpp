// SPDX-License-Identifier: Apache-2.0
// What the workers of a pool and the thread that waits for a batch both ask of its shares.
#pragma once

#include <covey/detail/spread.hpp>

#include <cstdint>

namespace covey::runtime {

inline constexpr std::uint64_t worth_stealing = 20'000;  // nanoseconds of work that pay for a theft

// Nanoseconds of work in a share that nobody has begun. Items of unknown cost are worth any theft.
[[nodiscard]] std::uint64_t value_of(const detail::share& s) noexcept;
// False once the batch was stopped or halted: what was not begun stays undone.
[[nodiscard]] bool may_start(const detail::spread& w) noexcept;
// Whether a thread more could pull items of a batch, and would be of use.
[[nodiscard]] bool can_pull(const detail::spread& w) noexcept;
// Whether the thread that pulls holds items and has been inside the range's code for long: by the clock, or at two ticks.
// @pre the lock of `w` is held, as for the next.
[[nodiscard]] bool waits_with_items(detail::spread& w) noexcept;
[[nodiscard]] bool waits_since_last_tick(detail::spread& w) noexcept;
// Takes them from it. @returns false: it has just come back, or there is no place for one block more.
[[nodiscard]] bool take_open_block(detail::spread& w, detail::item_range& found) noexcept;
// A parked range: of pulled ones the first, since somebody may wait for it. @pre there is one; the lock of `w` is held.
[[nodiscard]] detail::item_range take_parked(detail::spread& w) noexcept;
// Half of the share with the most work, a parked range, or, where items can be pulled, an empty one. @pre the lock of `w` is held.
[[nodiscard]] bool find_range(detail::spread& w, detail::item_range& found) noexcept;

}  // namespace covey::runtime
