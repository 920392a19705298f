// SPDX-License-Identifier: Apache-2.0
// The seats of a nursery with a limit: no more of its children exist than that (protocol: runtime/README.md, "Limits").
#pragma once

#include "scope/context.hpp"

#include <cstdint>

namespace covey::runtime {

// The halves of scope_extra::seats.
inline constexpr std::uint64_t one_waits_for_seat = std::uint64_t{1} << 32U;
[[nodiscard]] constexpr std::uint64_t taken_seats(std::uint64_t seats) noexcept {
  return seats & (one_waits_for_seat - 1);
}

// Queues a child, which is counted and has mark_seated, as soon as there is a seat for it.
// @throws std::bad_alloc; then nothing has changed.
void await_seat(scope& s, frame* f);

// A child with mark_seated has ended and was counted. The last touch of the scope.
void give_seat_back(scope& s) noexcept;

// Runs a child that waits for a seat, in the seat of the one below which `me` waits for it.
// @returns false: it does not wait for a seat, or `me` does not run below its scope.
[[nodiscard]] bool run_without_seat(record& me, frame* f);

}  // namespace covey::runtime
