// SPDX-License-Identifier: Apache-2.0
// What the workers of a pool and the thread that waits for a batch both ask of its shares.
#pragma once

#include <covey/detail/batch/spread.hpp>

#include <cstdint>

namespace covey::runtime {

inline constexpr std::uint64_t worth_stealing = 20'000;  // nanoseconds of work that pay for a theft

// Nanoseconds of work in a share that nobody has begun. Items of unknown cost are worth any theft.
[[nodiscard]] std::uint64_t value_of(const detail::share& s) noexcept;
// False once the batch was stopped or halted: what was not begun stays undone.
[[nodiscard]] bool may_start(const detail::spread& w) noexcept;
// Whether a thread more could pull items of a batch, and would be of use.
[[nodiscard]] bool can_pull(const detail::spread& w) noexcept;
// A parked range: of pulled ones the first, since somebody may wait for it. @pre there is one; the lock of `w` is held.
[[nodiscard]] detail::item_range take_parked(detail::spread& w) noexcept;
// Half of the share with the most work, a parked range, or, where items can be pulled, an empty one. @pre the lock of `w` is held.
[[nodiscard]] bool find_range(detail::spread& w, detail::item_range& found) noexcept;

}  // namespace covey::runtime
