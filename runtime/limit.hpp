// SPDX-License-Identifier: Apache-2.0
// The seats of a nursery with a limit: no more of its children exist than that (protocol: README.md, "Limits").
#pragma once

#include "context.hpp"

#include <cstdint>

namespace covey::runtime {

// The halves of scope_extra::seats.
inline constexpr std::uint64_t one_waits_for_seat = std::uint64_t{1} << 32U;
[[nodiscard]] constexpr std::uint64_t taken_seats(std::uint64_t seats) noexcept {
  return seats & (one_waits_for_seat - 1);
}

// What becomes of a new child of a scope with a limit.
enum class seating : std::uint8_t {
  seated,  // it has a seat: the spawn goes on
  in_turn,  // its spawner is a child itself, and lends it its own seat: run it at once, then call return_seat()
  waiting,  // its spawner must not wait: await_seat() keeps the child until there is a seat
  stopped,  // the scope was stopped meanwhile
  refused   // full (only with may_refuse)
};

// Finds a seat for a new child of `s`; at the limit it may run children of `s`, or sleep.
[[nodiscard]] seating find_seat(scope& s, bool may_refuse) noexcept;

// After in_turn, on the same thread: the seat is the spawner's again.
void return_seat(scope& s) noexcept;

// After `waiting`: queues a child, which is counted and has mark_seated, as soon as there is a seat for it.
// @throws std::bad_alloc; then nothing has changed.
void await_seat(scope& s, frame* f);

// A child with mark_seated has ended and was counted. The last touch of the scope.
void leave_seat(scope& s) noexcept;

// Runs a child that waits for a seat, in the seat of the one below which `me` waits for it.
// @returns false: it does not wait for a seat, or `me` does not run below its scope.
[[nodiscard]] bool run_without_seat(record& me, frame* f);

// Whether every child of `s` has ended, and nobody touches the scope on its account any more.
[[nodiscard]] bool all_back(const scope& s) noexcept;

}  // namespace covey::runtime
